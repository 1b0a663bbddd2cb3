import { h } from '../../ui/dom.js';
import { languageName } from '../language.js';

/** More than that is not read in the time of a cue, and only costs. */
const longestText = 2000;
const secondsBetweenTries = 15;

/**
 * Captions in one language. The cues lie in a text track of the element, which knows when each is due and keeps them
 * whatever happens to the media; we show them ourselves.
 */
export class CaptionTrack {
  #element = null;
  #isLoading = false;
  #notBefore = 0;
  #known = new Set();

  /** @param source gives cues: SubtitleSource, WholeSource; null for a track that the browser fills itself. */
  constructor(video, { name, language, isDefault = false, source = null, textTrack = null }) {
    this.language = language ?? '';
    this.name = name || languageName(language) || 'Captions';
    Object.assign(this, { isDefault, source });
    if (textTrack === null) this.#element = h('track', { kind: 'subtitles', label: this.name, srclang: language || null });
    this.textTrack = textTrack ?? this.#element.track;
    if (this.#element) video.append(this.#element);
  }

  /** What to remember of a choice of this track. */
  get key() {
    return this.language || this.name;
  }

  /** @param mode `disabled`; `hidden`, with cues that we show; `showing`, by the browser. */
  setMode(mode) {
    this.textTrack.mode = mode;
  }

  /** Looked up by us: while the video is paused Chromium does not notice cues that come or a track that is switched on. */
  cuesAt(time) {
    return [...this.textTrack.cues ?? []].filter(({ startTime, endTime }) => startTime <= time && time < endTime);
  }

  /** Sees to it that the cues around a time are there. Rejects at most every 15 s. */
  async load(time) {
    const now = performance.now() / 1000;
    if (this.source === null || this.#isLoading || now < this.#notBefore) return;
    this.#isLoading = true;
    try {
      for (const cue of await this.source.cuesAround(time)) this.#add(cue);
    } catch (error) {
      this.#notBefore = now + secondsBetweenTries;
      throw error;
    } finally {
      this.#isLoading = false;
    }
  }

  remove() {
    this.setMode('disabled');
    this.#element?.remove();
  }

  /** A cue that lasts into the next segment stands in both. */
  #add({ start, end, text, settings }) {
    const key = `${start.toFixed(3)} ${end.toFixed(3)} ${text}`;
    if (end <= 0 || this.#known.has(key)) return;
    this.#known.add(key);
    const cue = new VTTCue(Math.max(0, start), end, text.slice(0, longestText));
    place(cue, settings);
    this.textTrack.addCue(cue);
  }
}

/** Of the settings only what we honour: above or below, and the side. */
function place(cue, { line, align }) {
  if (['start', 'center', 'end', 'left', 'right'].includes(align)) cue.align = align;
  const [value] = (line ?? '').split(',');
  if (!/^-?\d+(\.\d+)?%?$/.test(value)) return;
  cue.snapToLines = !value.endsWith('%');
  cue.line = Number.parseFloat(value);
}
