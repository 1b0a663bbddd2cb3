/**
 * A signed address runs out while the video plays: then a new one is asked for, once. Only when something could be
 * loaded from it may it be asked for again.
 */
export class Renewal {
  #ask;
  #isUsed = false;

  /** @param ask gives the new address of the master playlist; null when nobody can. */
  constructor(ask = null) {
    this.#ask = ask;
  }

  get mayAsk() {
    return this.#ask !== null && !this.#isUsed;
  }

  /** The new address, absolute. */
  async ask() {
    this.#isUsed = true;
    return new URL(await this.#ask(), location.href).href;
  }

  worked() {
    this.#isUsed = false;
  }
}
