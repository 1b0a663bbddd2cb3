import { canonicalLanguage, languageRank } from '../language.js';
import { stored } from '../../ui/stored.js';
import { CaptionLayer } from './caption-layer.js';
import { CaptionTrack } from './caption-track.js';
import { WholeSource } from './whole-source.js';

/** `off`, or the language that is on; null before the first choice. */
const choice = stored('vlog.captions');
/** The language last used, for switching on again. */
const lastUsed = stored('vlog.captions.language');

/**
 * Everything about captions: which there are, which is on, and showing it. They come from the playlist, from files
 * beside the video, or from the browser where it plays by itself.
 */
export class Captions {
  selected = null;
  layer = new CaptionLayer();
  #groups = { beside: [], offered: [], native: [] };
  /** No choice of the viewer: one is shown while captions are off, since the sound alone does not say everything. */
  #forced = [];
  #soundLanguage = '';
  /** The selected track or a forced one. */
  #active = null;

  /** @param onChange called when the tracks or the selection changed. @param onFailure when captions cannot be had. */
  constructor(video, { signal, onChange, onFailure }) {
    Object.assign(this, { video, signal, onChange, onFailure });
    const options = { signal };
    for (const type of ['timeupdate', 'seeking', 'play']) video.addEventListener(type, () => this.#follow(), options);
    video.textTracks.addEventListener('addtrack', ({ track }) => this.#adopt(track), options);
    // An iPhone's own full screen shows nothing of the page.
    video.addEventListener('webkitbeginfullscreen', () => this.#active?.setMode('showing'), options);
    video.addEventListener('webkitendfullscreen', () => this.#active?.setMode('hidden'), options);
  }

  get tracks() {
    return Object.values(this.#groups).flat();
  }

  /** @param files `{src, srclang, label}` of whole `.vtt` files. */
  setFiles(files, fetcher) {
    const { signal } = this;
    this.#replace('beside', files.map(({ src, srclang, label }) => ({
      name: label, language: srclang, source: new WholeSource({ url: new URL(src, location.href).href, fetcher, signal }),
    })));
  }

  /** @param subtitles of the engine. */
  setOffered(subtitles) {
    for (const track of this.#forced) track.remove();
    this.#forced = subtitles.filter(({ isForced }) => isForced).map((description) => new CaptionTrack(this.video, description));
    this.#replace('offered', subtitles.filter(({ isForced }) => !isForced));
  }

  /** @param language of the sound that plays; '' when it is not known. */
  setSound(language) {
    this.#soundLanguage = canonicalLanguage(language);
    this.#activate();
  }

  /** The viewer's choice, which is remembered; null is off. */
  choose(track) {
    choice.set(track === null ? 'off' : track.key);
    if (track !== null) lastUsed.set(track.key);
    this.#select(track);
  }

  /** On in the language last used, or off; without any captions nothing. */
  toggle() {
    if (this.tracks.length === 0) return;
    this.choose(this.selected === null ? this.#best([lastUsed.get(), ...navigator.languages]) ?? this.tracks[0] : null);
  }

  #replace(group, descriptions) {
    for (const track of this.#groups[group]) track.remove();
    this.#groups[group] = descriptions.map((description) => new CaptionTrack(this.video, description));
    this.#reselect();
  }

  #adopt(textTrack) {
    if (!['subtitles', 'captions'].includes(textTrack.kind) || this.tracks.some((track) => track.textTrack === textTrack)) return;
    if (this.#isElement(textTrack)) return;
    this.#groups.native.push(new CaptionTrack(this.video, { name: textTrack.label, language: textTrack.language, textTrack }));
    this.#reselect();
  }

  #isElement(textTrack) {
    return [...this.video.querySelectorAll('track')].some(({ track }) => track === textTrack);
  }

  #reselect() {
    const wanted = choice.get();
    if (wanted === 'off') this.#select(null);
    else if (wanted !== null) this.#select(this.#best([wanted]));
    else this.#select(this.tracks.find(({ isDefault }) => isDefault) ?? null);
  }

  #best(wishes) {
    return this.tracks.find(({ key }) => key === wishes[0]) ?? nearest(this.tracks, wishes);
  }

  #select(track) {
    this.selected = track;
    this.#activate();
    this.onChange();
  }

  #activate() {
    if (this.#active) this.#active.textTrack.oncuechange = null;
    this.#active = this.selected ?? this.#needed;
    for (const track of [...this.tracks, ...this.#forced]) if (track !== this.#active) track.setMode('disabled');
    if (this.#active) {
      this.#active.setMode('hidden');
      this.#active.textTrack.oncuechange = () => this.#show();
    }
    this.#follow();
  }

  /** The forced track for the sound, or for the viewer where the sound does not say its language. */
  get #needed() {
    const wishes = this.#soundLanguage ? [this.#soundLanguage] : navigator.languages;
    return nearest(this.#forced, wishes) ?? this.#forced.find(({ language }) => !canonicalLanguage(language)) ?? null;
  }

  #follow() {
    this.#show();
    this.#load();
  }

  #load() {
    const active = this.#active;
    active?.load(this.video.currentTime).then(
      () => { if (active === this.#active) this.#show(); },
      (error) => { if (!this.signal.aborted && error.name !== 'AbortError') this.onFailure(active, error); },
    );
  }

  #show() {
    this.layer.show(this.#active?.cuesAt(this.video.currentTime) ?? [], this.#active?.language);
  }
}

/** The track whose language meets the wishes best, or null. */
function nearest(tracks, wishes) {
  const ranked = tracks
    .map((track) => ({ track, rank: languageRank(track.language, wishes) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank);
  return ranked[0]?.track ?? null;
}
