import { languageRank } from '../language.js';
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

  /** @param onChange called when the tracks or the selection changed. @param onFailure when captions cannot be had. */
  constructor(video, { signal, onChange, onFailure }) {
    Object.assign(this, { video, signal, onChange, onFailure });
    const options = { signal };
    for (const type of ['timeupdate', 'seeking', 'play']) video.addEventListener(type, () => this.#follow(), options);
    video.textTracks.addEventListener('addtrack', ({ track }) => this.#adopt(track), options);
    // An iPhone's own full screen shows nothing of the page.
    video.addEventListener('webkitbeginfullscreen', () => this.selected?.setMode('showing'), options);
    video.addEventListener('webkitendfullscreen', () => this.selected?.setMode('hidden'), options);
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

  /** @param subtitles of the engine; those that are forced are no choice of the viewer. */
  setOffered(subtitles) {
    this.#replace('offered', subtitles.filter(({ isForced }) => !isForced));
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
    const byName = this.tracks.find(({ key }) => key === wishes[0]);
    const ranked = this.tracks
      .map((track) => ({ track, rank: languageRank(track.language, wishes) }))
      .filter(({ rank }) => rank < Infinity)
      .sort((a, b) => a.rank - b.rank);
    return byName ?? ranked[0]?.track ?? null;
  }

  #select(track) {
    for (const other of this.tracks) if (other !== track) other.setMode('disabled');
    if (this.selected) this.selected.textTrack.oncuechange = null;
    this.selected = track;
    if (track) {
      track.setMode('hidden');
      track.textTrack.oncuechange = () => this.#show();
    }
    this.#follow();
    this.onChange();
  }

  #follow() {
    this.#show();
    this.#load();
  }

  #load() {
    const { selected } = this;
    selected?.load(this.video.currentTime).then(
      () => { if (selected === this.selected) this.#show(); },
      (error) => { if (!this.signal.aborted && error.name !== 'AbortError') this.onFailure(selected, error); },
    );
  }

  #show() {
    this.layer.show(this.selected?.cuesAt(this.video.currentTime) ?? [], this.selected?.language);
  }
}
