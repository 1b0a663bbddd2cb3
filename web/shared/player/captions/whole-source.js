import { parseVTT } from './vtt.js';

/** Captions in one language as a single `.vtt` file beside the video, on the video's own time line. */
export class WholeSource {
  #isLoaded = false;

  constructor({ url, fetcher, signal }) {
    Object.assign(this, { url, fetcher, signal });
  }

  /** All of its cues, the first time; see SubtitleSource. */
  async cuesAround() {
    if (this.#isLoaded) return [];
    const text = await this.fetcher.text(this.url, { signal: this.signal, attempts: 4 });
    this.#isLoaded = true;
    return parseVTT(text).cues;
  }
}
