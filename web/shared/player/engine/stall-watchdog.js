import { endOfPlayable, isWithin, rangeAfter, smallestHole } from './time-ranges.js';

const patience = 1.25;
const nudgeSeconds = 0.1;
const mostNudges = 3;
const longestStartGap = 2;
const nothing = { action: 'none' };

/**
 * Notices when play stands still although there is something to play. Pure: it is shown the state of the element and
 * answers what to do.
 */
export class StallWatchdog {
  #time = -1;
  #since = 0;
  #nudges = 0;
  #nudgedTo = 0;

  /**
   * @param state `{now, time, paused, seeking, ended, complete, ranges}`, seconds; complete: no more bytes will come.
   * @param isKnownHole says whether nothing will ever fill the hole between two times.
   * @returns {{action: 'none'|'jump'|'nudge'|'fail', to?: number}}
   */
  observe(state, isKnownHole) {
    const next = this.#acrossHole(state, isKnownHole);
    if (next !== null) return { action: 'jump', to: next };
    if (state.paused || state.seeking || state.ended || Math.abs(state.time - this.#time) > 0.001) {
      if (Math.abs(state.time - this.#nudgedTo) > 1) this.#nudges = 0;
      this.#time = state.time;
      this.#since = state.now;
      return nothing;
    }
    return state.now - this.#since < patience ? nothing : this.#stalled(state);
  }

  #acrossHole({ time, paused, ended, ranges }, isKnownHole) {
    if (ended || isWithin(ranges, time)) return null;
    const next = rangeAfter(ranges, time);
    if (next === null) return null;
    const hole = next[0] - time;
    const atStart = time < 0.05 && hole <= longestStartGap;
    const mayJump = atStart || (!paused && hole <= smallestHole) || isKnownHole(time, next[0]);
    return mayJump ? next[0] + 0.001 : null;
  }

  #stalled(state) {
    this.#since = state.now;
    const end = endOfPlayable(state.ranges, state.time);
    const isStarving = end === null || end - state.time < nudgeSeconds * 3;
    if (isStarving && !(state.complete && end !== null)) return nothing;
    this.#nudges += 1;
    if (this.#nudges <= mostNudges) {
      this.#nudgedTo = this.#time = state.time + nudgeSeconds;
      return { action: 'nudge', to: this.#nudgedTo };
    }
    this.#nudges = 0;
    const next = rangeAfter(state.ranges, end);
    return next === null ? { action: 'fail' } : { action: 'jump', to: next[0] + 0.001 };
  }
}
