const upFactor = 0.7;
const keepFactor = 0.95;
const secondsBetweenUps = 8;
const droppedShare = 0.15;
const banSeconds = 30;

/**
 * Chooses the rung. Levels are sorted by bandwidth, lowest first. Up needs headroom and patience, down is at once.
 */
export class Adaptation {
  #lastSwitch = -Infinity;
  #bans = new Map();
  #frames = { at: 0, total: 0, dropped: 0 };

  constructor(levels, { now = () => performance.now() / 1000 } = {}) {
    this.levels = levels;
    this.now = now;
  }

  /** @param current the level of the segment loaded last; -1 before the first. */
  choose({ estimate, current, maximumHeight = Infinity }) {
    const allowed = this.#allowed(maximumHeight);
    if (current < 0) return highest(allowed, this.levels, estimate * upFactor);
    const keep = highest(allowed, this.levels, estimate * keepFactor);
    if (keep < current) return this.#switched(keep);
    const up = highest(allowed, this.levels, estimate * upFactor);
    if (up > current && this.now() - this.#lastSwitch >= secondsBetweenUps) return this.#switched(up);
    return current;
  }

  /**
   * Whether a running download will come too late: the level to take instead, or null to let it run.
   * @param ahead seconds of playable video left, at the present speed of play.
   */
  rescue({ transfer, level, segmentSeconds, ahead }) {
    const { rate } = transfer;
    if (level === 0 || rate === null || performance.now() - transfer.firstByteAt < 500) return null;
    const expected = transfer.expected ?? (this.levels[level].bandwidth * segmentSeconds) / 8;
    const left = Math.max(0, expected - transfer.received) / rate;
    if (left <= Math.max(ahead, 0.5)) return null;
    const lower = highest([...this.levels.keys()].slice(0, level), this.levels, rate * 8 * keepFactor);
    const instead = (this.levels[lower].bandwidth * segmentSeconds) / 8 / rate;
    return instead < left ? this.#switched(lower) : null;
  }

  /** Takes the frame counters of the element; a rung that drops too many is left out for a while. */
  watchFrames({ totalVideoFrames: total, droppedVideoFrames: dropped }, level) {
    const now = this.now();
    const before = this.#frames;
    if (now - before.at < 2) return false;
    this.#frames = { at: now, total, dropped };
    const shown = total - before.total;
    if (level <= 0 || before.at === 0 || shown < 20 || (dropped - before.dropped) / shown <= droppedShare) return false;
    for (let index = level; index < this.levels.length; index += 1) this.#bans.set(index, now + banSeconds);
    return true;
  }

  /** The next step up need not wait for the one before. */
  forgetSwitches() {
    this.#lastSwitch = -Infinity;
  }

  #allowed(maximumHeight) {
    const now = this.now();
    const indices = [...this.levels.keys()];
    const open = indices.filter((index) => (this.#bans.get(index) ?? 0) <= now);
    const cap = open.find((index) => shortSide(this.levels[index]) >= maximumHeight) ?? Infinity;
    const fitting = open.filter((index) => index <= cap);
    return fitting.length > 0 ? fitting : [0];
  }

  #switched(level) {
    this.#lastSwitch = this.now();
    return level;
  }
}

/** Pixels of the short side, which is what a rung is named after. */
export function shortSide(level) {
  return Math.min(level.width || level.height, level.height || level.width);
}

function highest(indices, levels, budget) {
  const fitting = indices.filter((index) => levels[index].bandwidth <= budget);
  return fitting.at(-1) ?? indices[0];
}
