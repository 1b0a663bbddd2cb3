/** Less than this the first timestamp may be off: encoder delay and reordered frames are no reason to move anything. */
const tolerance = 0.5;

/**
 * Where the time line of the media lies against that of the playlists, which begins at 0. Files may begin at any
 * timestamp (a stream that was cut, an archive of a broadcast). Sound and picture are moved by one common offset, so
 * that they stay together as they were made, and captions go with them.
 */
export class Timeline {
  /** Seconds to add to a timestamp of the media; null until the first segments have told. */
  offset = null;
  #origins = new Map();
  #settle;
  /** Resolves to the offset. */
  settled = new Promise((resolve) => { this.#settle = resolve; });

  /** @param kinds the tracks whose first segments are waited for. */
  constructor(kinds) {
    this.kinds = kinds;
  }

  /** @param origin by how many seconds the media's timestamps of a track are later than its playlist says. */
  report(kind, origin) {
    if (this.offset !== null) return;
    this.#origins.set(kind, origin);
    if (this.kinds.some((expected) => !this.#origins.has(expected))) return;
    const earliest = Math.min(...this.#origins.values());
    // Rounded so that no frame comes to lie before 0, where it would be thrown away.
    this.offset = Math.abs(earliest) <= tolerance ? 0 : -Math.floor(earliest * 1000) / 1000;
    this.#settle(this.offset);
  }
}
