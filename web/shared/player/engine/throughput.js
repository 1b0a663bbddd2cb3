const storageKey = 'vlog.throughput';
/** Bits per second before anything was measured. */
const firstGuess = 1_500_000;
/** Shorter than this a download says little; it counts as if it had taken so long. */
const shortestSample = 0.02;
const smallestSample = 16 * 1024;

/** An average that forgets by half every `halfLife` seconds of downloading. */
export class DecayingAverage {
  #sum = 0;
  #weight = 0;

  constructor(halfLife) {
    this.decay = Math.log(0.5) / halfLife;
  }

  add(seconds, value) {
    const keep = Math.exp(seconds * this.decay);
    this.#sum = value * (1 - keep) + this.#sum * keep;
    this.#weight = 1 - keep + this.#weight * keep;
  }

  get value() {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }
}

/**
 * How fast the way to the server is. Sound and picture are downloaded at the same time, so bytes are counted over all
 * transfers together, and time only while at least one of them is receiving: the wait for the first byte is apart.
 */
export class ThroughputMeter {
  #fast = new DecayingAverage(3);
  #slow = new DecayingAverage(9);
  /** What each running transfer has received so far. */
  #active = new Map();
  #bytes = 0;
  #busySince = 0;
  #busy = 0;

  constructor({ now = () => performance.now() / 1000, storage = globalThis.localStorage } = {}) {
    this.now = now;
    this.storage = storage;
    this.initial = this.#stored() ?? firstGuess;
  }

  begin(transfer) {
    if (this.#active.size === 0) this.#busySince = this.now();
    this.#active.set(transfer, 0);
  }

  add(transfer, bytes) {
    this.#active.set(transfer, this.#active.get(transfer) + bytes);
    this.#bytes += bytes;
  }

  /** @param isCached whether the bytes never came over the line: then they are not counted. */
  end(transfer, { isCached = false } = {}) {
    const received = this.#active.get(transfer);
    if (!this.#active.delete(transfer)) return;
    const now = this.now();
    const isAlone = this.#active.size === 0;
    if (!(isCached && isAlone)) this.#busy += now - this.#busySince;
    this.#busySince = now;
    if (isCached) this.#bytes -= received;
    else if (this.#bytes >= smallestSample) this.#sample();
  }

  /** Bits per second: the lower of a quick and a slow average, so that it falls fast and rises slowly. */
  get estimate() {
    const fast = this.#fast.value;
    return fast === null ? this.initial : Math.min(fast, this.#slow.value);
  }

  get isMeasured() {
    return this.#fast.value !== null;
  }

  #sample() {
    const seconds = Math.max(this.#busy, shortestSample);
    const rate = (this.#bytes * 8) / seconds;
    this.#fast.add(seconds, rate);
    this.#slow.add(seconds, rate);
    this.#bytes = this.#busy = 0;
    this.#store();
  }

  #stored() {
    try {
      const value = Number(this.storage?.getItem(storageKey));
      return value > 0 ? Math.min(value, 20_000_000) : null;
    } catch {
      return null; // storage may be forbidden; the first guess does then
    }
  }

  #store() {
    try {
      this.storage?.setItem(storageKey, String(Math.round(this.estimate)));
    } catch {
      // a full or forbidden storage costs only the better start next time
    }
  }
}
