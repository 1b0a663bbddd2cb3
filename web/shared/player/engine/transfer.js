import { FetchError } from './fetch-error.js';

/** No byte for so long, before or within the body, and the connection is given up. */
const silenceSeconds = 5;

/** One request for one file, watched byte by byte. */
export class Transfer {
  received = 0;
  /** Bytes that the answer will have; null until known. */
  expected = null;
  startedAt = performance.now();
  firstByteAt = null;
  #controller = new AbortController();
  #silent = false;
  #timer = null;

  constructor(url, { range, cache, signal, meter, caches }) {
    Object.assign(this, { url, range, cache, signal, meter, caches });
  }

  /** Bytes per second since the first byte; null while nothing can be said. */
  get rate() {
    if (this.firstByteAt === null) return null;
    const seconds = (performance.now() - this.firstByteAt) / 1000;
    return seconds > 0.05 ? this.received / seconds : null;
  }

  /** `{bytes}`, or `{error, isFinal, retryAfter}`; rejects only when the caller's signal was aborted. */
  async run() {
    const stop = () => this.#controller.abort(this.signal.reason);
    this.signal?.addEventListener('abort', stop);
    if (this.signal?.aborted) stop();
    try {
      return await this.#request();
    } catch (error) {
      if (this.signal?.aborted) throw this.signal.reason;
      const reason = this.#silent ? `no answer for ${silenceSeconds} s` : `network error (${error.message})`;
      return again(new FetchError('unavailable', reason));
    } finally {
      clearTimeout(this.#timer);
      this.meter?.end(this, { isCached: this.caches?.isCached(this.url, this.startedAt) });
      this.signal?.removeEventListener('abort', stop);
    }
  }

  async #request() {
    this.#listen();
    const headers = this.range ? { Range: `bytes=${this.range.start}-${this.range.end}` } : {};
    const response = await fetch(this.url, { headers, cache: this.cache, signal: this.#controller.signal });
    if (!response.ok) {
      this.#controller.abort();
      return refusal(response);
    }
    const length = response.headers.get('Content-Encoding') ? null : response.headers.get('Content-Length');
    this.expected = length === null ? null : Number(length);
    const bytes = await this.#body(response);
    if (this.expected !== null && bytes.length !== this.expected) {
      return again(new FetchError('unavailable', `${bytes.length} of ${this.expected} bytes came`));
    }
    return { bytes };
  }

  async #body(response) {
    const chunks = [];
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.#listen();
      if (this.firstByteAt === null) {
        this.firstByteAt = performance.now();
        this.meter?.begin(this);
      }
      this.received += value.length;
      this.meter?.add(this, value.length);
      chunks.push(value);
    }
    return joined(chunks, this.received);
  }

  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#silent = true;
      this.#controller.abort();
    }, silenceSeconds * 1000);
  }
}

function refusal(response) {
  const { status } = response;
  const text = `the server answered ${status}`;
  if (status === 404 || status === 410) return refused(new FetchError('missing', text, status));
  if (status === 401 || status === 403) return refused(new FetchError('forbidden', text, status));
  if (status < 500 && ![408, 425, 429].includes(status)) return refused(new FetchError('missing', text, status));
  return again(new FetchError('unavailable', text, status), retryAfter(response));
}

function retryAfter(response) {
  const text = response.headers.get('Retry-After');
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

const refused = (error) => ({ error, isFinal: true, retryAfter: null });
const again = (error, retryAfter = null) => ({ error, isFinal: false, retryAfter });

function joined(chunks, length) {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
