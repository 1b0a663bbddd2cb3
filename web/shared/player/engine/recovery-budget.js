const secondsBetween = 5;
const most = 6;

/** How often play may be started over: at most six times a minute, five seconds apart. */
export class RecoveryBudget {
  #taken = [];

  /** @param now seconds. @returns how many seconds to wait before starting over; null when it was too often. */
  take(now) {
    this.#taken = this.#taken.filter((at) => now - at < 60);
    if (this.#taken.length >= most) return null;
    const wait = Math.max(0, (this.#taken.at(-1) ?? -Infinity) + secondsBetween - now);
    this.#taken.push(now + wait);
    return wait;
  }
}
