import { parseVTT } from '../captions/vtt.js';

const secondsAhead = 60;
const mostAtOnce = 3;
const secondsBetweenTries = 15;
const clockRate = 90_000;
/** Timestamps of MPEG streams have 33 bits. */
const clockRound = 2 ** 33 / clockRate;

/** Captions in one language as a playlist of WebVTT segments (RFC 8216bis, section 3.1.4). */
export class SubtitleSource {
  #done = new Set();
  #notBefore = new Map();

  constructor({ rendition, fetcher, timeline, signal }) {
    Object.assign(this, { rendition, fetcher, timeline, signal });
  }

  /** The cues around a time that were not handed out before; rejects when the playlist cannot be had. */
  async cuesAround(time) {
    const { rendition } = this;
    if (rendition.isStale(performance.now())) await this.#refresh();
    const offset = await this.timeline.settled;
    const now = performance.now() / 1000;
    const wanted = rendition.playlist.segments.filter(({ sequence, start, end, gap }) => !gap && !this.#done.has(sequence)
      && end > time - 1 && start < time + secondsAhead && (this.#notBefore.get(sequence) ?? 0) <= now);
    const loaded = await Promise.all(wanted.slice(0, mostAtOnce).map((segment) => this.#cuesOf(segment, offset)));
    return loaded.flat();
  }

  async #refresh() {
    try {
      await this.rendition.refresh(this.signal);
    } catch (error) {
      if (!this.rendition.isLoaded) throw error; // else what is known already does for now
    }
  }

  async #cuesOf(segment, offset) {
    this.#notBefore.set(segment.sequence, performance.now() / 1000 + secondsBetweenTries);
    try {
      const text = await this.fetcher.text(segment.url, { signal: this.signal, range: segment.range, attempts: 3 });
      this.#done.add(segment.sequence);
      return shifted(parseVTT(text), segment.start - offset, offset);
    } catch (error) {
      if (error.code === 'missing') this.#done.add(segment.sequence);
      return []; // without one segment of the captions the video goes on
    }
  }
}

/** Cues on the time line of the playlist. @param expected where, in the media's time, the segment begins. */
function shifted({ map, cues }, expected, offset) {
  const base = map ? map.mpegts / clockRate - map.local : 0;
  const rounds = map ? Math.round((expected - map.mpegts / clockRate) / clockRound) : 0;
  const by = base + Math.max(0, rounds) * clockRound + offset;
  return cues.map((cue) => ({ ...cue, start: cue.start + by, end: cue.end + by }));
}
