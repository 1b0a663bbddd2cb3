const longest = 500;

/** What an engine did, newest last: for tests and for the curious. */
export class EngineLog {
  entries = [];

  add(type, detail = {}) {
    this.entries.push({ at: Math.round(performance.now()), type, ...detail });
    if (this.entries.length > longest) this.entries.shift();
  }
}
