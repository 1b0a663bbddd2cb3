import { api } from '../session.js';

const retryMilliseconds = 3000;

/**
 * The stream of progress events for some videos. Dispatches `progress` with a body, and `connection` with whether the
 * stream is up and since when it is not.
 */
export class LiveUpdates extends EventTarget {
  #source = null;
  #ids = '';
  #timer = null;
  /** When the last thing was heard; null before. */
  lastHeardAt = null;

  /** Follows these videos from now on. */
  follow(ids) {
    const key = ids.toSorted((a, b) => a - b).slice(0, 100).join(',');
    if (key === this.#ids && this.#source) return;
    this.#ids = key;
    this.#open();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #open() {
    this.close();
    if (this.#ids === '') return this.#tell(true);
    const source = new EventSource(`/api/events/progress?video_ids=${this.#ids}`);
    this.#source = source;
    source.addEventListener('open', () => this.#tell(true));
    source.addEventListener('progress', (event) => this.#received(event));
    source.addEventListener('error', () => this.#broken(source));
  }

  #received(event) {
    this.lastHeardAt = Date.now();
    this.dispatchEvent(new CustomEvent('progress', { detail: JSON.parse(event.data) }));
  }

  /** The browser comes back by itself after a lost connection, but not after a refusal. */
  #broken(source) {
    if (source !== this.#source) return;
    this.#tell(false);
    if (source.readyState !== EventSource.CLOSED) return;
    this.#timer = setTimeout(() => this.#comeBack(), retryMilliseconds);
  }

  /** A refusal may be the end of the session; asking for it brings the sign-in form when it is. */
  async #comeBack() {
    try {
      await api('GET', '/api/auth/session');
      this.#open();
    } catch {
      this.#timer = setTimeout(() => this.#comeBack(), retryMilliseconds);
    }
  }

  #tell(isUp) {
    if (isUp) this.lastHeardAt = Date.now();
    this.dispatchEvent(new CustomEvent('connection', { detail: { isUp, lastHeardAt: this.lastHeardAt } }));
  }
}
