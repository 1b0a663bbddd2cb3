const mostKept = 50;

/**
 * Tells which answers came from a cache of the browser or of a service worker: they say nothing about the line. The
 * browser notes it per request, also when its own list of them is full.
 */
export class CacheWatch {
  #observer = null;
  #entries = [];

  constructor() {
    if (!globalThis.PerformanceObserver?.supportedEntryTypes?.includes('resource')) return;
    this.#observer = new PerformanceObserver((list) => this.#take(list.getEntries()));
    this.#observer.observe({ type: 'resource' });
  }

  /** Whether the answer to a request that was sent at `startedAt` (`performance.now()`) came from a cache. */
  isCached(url, startedAt) {
    this.#take(this.#observer?.takeRecords() ?? []);
    const entry = this.#entries.findLast(({ name, startTime }) => name === url && startTime >= startedAt - 5);
    return entry !== undefined && entry.transferSize === 0 && entry.decodedBodySize > 0;
  }

  close() {
    this.#observer?.disconnect();
  }

  #take(entries) {
    this.#entries.push(...entries);
    if (this.#entries.length > mostKept) this.#entries.splice(0, this.#entries.length - mostKept);
  }
}
