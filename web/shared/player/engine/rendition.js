import { parseMedia } from './playlist.js';

/** One media playlist with its initialisation section: a rung of the picture, the sound in one language. */
export class Rendition {
  playlist = null;
  #loading = null;
  #loadedAt = 0;
  #maps = new Map();

  /** @param type the media type of its segments, with codecs. */
  constructor({ url, index, type, fetcher }) {
    Object.assign(this, { url, index, type, fetcher });
  }

  get isLoaded() {
    return this.playlist !== null;
  }

  /** A playlist without an end is due again after half its target duration (RFC 8216bis, section 6.3.4). */
  isStale(now) {
    if (this.playlist === null) return true;
    if (this.playlist.ended) return false;
    return now - this.#loadedAt >= Math.max(1, this.playlist.targetDuration / 2) * 1000;
  }

  /** Loads the playlist, or loads it again; callers at the same time share one request. */
  refresh(signal) {
    this.#loading ??= this.#load(signal).finally(() => { this.#loading = null; });
    return this.#loading;
  }

  /** Goes over to another address of the same: what was loaded from the old one is loaded anew. */
  async moveTo(url, signal) {
    this.url = url;
    this.#maps.clear();
    if (!this.isLoaded) return;
    await this.#loading?.catch(() => {}); // what is under way still has the old addresses
    this.playlist = parseMedia(await this.fetcher.text(url, { signal }), url);
  }

  /** The initialisation section of a segment, kept once it was had. */
  initialisation(map, signal) {
    const key = `${map.url} ${map.range?.start ?? ''}`;
    const known = this.#maps.get(key);
    if (known) return known;
    const bytes = this.fetcher.bytes(map.url, { range: map.range, signal, metered: false });
    this.#maps.set(key, bytes);
    bytes.catch(() => this.#maps.delete(key));
    return bytes;
  }

  async #load(signal) {
    const cache = this.playlist === null ? 'default' : 'no-cache';
    this.#loadedAt = performance.now(); // also when it fails: it is not asked for again at once
    const text = await this.fetcher.text(this.url, { signal, cache });
    const playlist = parseMedia(text, this.url);
    this.#loadedAt = performance.now();
    // A server that answers with an older copy must not take segments away again.
    if (this.playlist === null || playlist.segments.length >= this.playlist.segments.length) this.playlist = playlist;
    return this.playlist;
  }
}
