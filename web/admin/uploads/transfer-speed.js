/** How fast bytes go, averaged over the last seconds. */
export class TransferSpeed {
  #samples = [];

  note(bytes, now = performance.now()) {
    this.#samples.push({ bytes, now });
    while (this.#samples.length > 2 && now - this.#samples[0].now > 4000) this.#samples.shift();
  }

  /** Bytes per second; null until it can be told. */
  get value() {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || last.now - first.now < 500) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.now - first.now);
  }
}
