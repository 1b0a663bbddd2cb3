import { AppendError } from './buffer-queue.js';
import { FetchError } from './fetch-error.js';
import { familyOfType } from './codecs.js';
import { firstTicksOf, timescaleOf } from './media-time.js';
import { isWholeBoxes } from './segment-check.js';
import { endOfPlayable } from './time-ranges.js';

const keepBehind = 30;
const keepBehindWhenFull = 8;
const smallestGoal = 4;

/**
 * Keeps one SourceBuffer filled ahead of the playhead. What to load next is read off what is buffered, so that a
 * seek, an eviction by the browser or a flush needs no bookkeeping of its own.
 *
 * `host` (the engine) answers: `position`, `timeline`, `goal(track)`, `chooseLevel(track)`, `limit(track)`, `log`, and
 * is told of `wake`, `appended`, `refused`, `fatal`, `corrupted`.
 */
export class TrackLoader {
  queue = null;
  /** The segment being loaded: `{segment, level, transfer, controller}`. */
  current = null;
  level = -1;
  isComplete = false;
  /** How much of the goal is asked for; falls when the browser has no room. */
  share = 1;
  #initialised = null;
  #family = null;
  /** What is buffered is of a rendition that was switched from: the first segment of the new one takes its place. */
  #isOutdated = false;
  #skipped = new Set();
  #bad = new Set();
  /** Rungs whose playlist is not there. */
  #missing = new Set();
  #fruitless = new Map();
  #appended = new Map();
  /** The segment whose bytes the browser is taking at this moment, and its rung. */
  #appending = null;
  #refreshing = false;
  /** How much later the pictures are than the playlist says: reordered frames push all of them back. */
  #offset = 0;

  /** @param renditions rungs of the same picture, of which one stands in for another; or sounds, which do not. */
  constructor({ kind, renditions, host, fetcher }) {
    Object.assign(this, { kind, renditions, host, fetcher });
  }

  /** The media type to make its SourceBuffer with. */
  get type() {
    return this.active.type;
  }

  /** Begins on a new, empty SourceBuffer. */
  attach(queue) {
    this.cancel('attach');
    this.queue = queue;
    this.#initialised = null;
    this.#family = familyOfType(this.type);
    this.#isOutdated = false;
    this.#appended.clear();
    this.#fruitless.clear();
    this.isComplete = false;
  }

  detach() {
    this.cancel('detach');
    this.queue?.close();
    this.queue = null;
  }

  get active() {
    return this.renditions[Math.max(0, this.level)];
  }

  /** The end of what can be played from the playhead on; null when nothing is there. */
  get end() {
    return this.queue && endOfPlayable(this.queue.ranges, this.host.position, this.isKnownHole);
  }

  get duration() {
    const loaded = this.renditions.filter((rendition) => rendition.isLoaded);
    return Math.max(0, ...loaded.map((rendition) => rendition.playlist.duration));
  }

  get hasEnded() {
    return this.active.playlist?.ended ?? false;
  }

  isKnownHole = (from, to) => {
    const segments = this.active.playlist?.segments ?? [];
    const within = segments.filter((segment) => segment.end > from + 0.15 && segment.start < to - 0.15);
    return within.length > 0 && within.every((segment) => this.#isSkipped(segment));
  };

  /** The rung of the picture at a time; -1 when unknown. */
  levelAt(time) {
    const segment = this.active.playlist?.segments.find(({ end }) => time < end);
    return (segment && this.#appended.get(segment.sequence)) ?? -1;
  }

  cancel(reason) {
    this.current?.controller.abort(new DOMException(reason, 'AbortError'));
    this.current = null;
  }

  /** After a seek: gives up a download that is not the one needed now. */
  seeked() {
    this.isComplete = false;
    if (this.current === null) return;
    const playlist = this.renditions[this.current.level].playlist;
    const wanted = playlist && this.#next(playlist);
    if (wanted?.sequence !== this.current.segment?.sequence) this.cancel('seek');
  }

  /** Never play this rung of the segment at `time` again: it could not be decoded. */
  markBad(time) {
    const segment = this.active.playlist?.segments.find(({ end }) => time < end);
    if (!segment) return;
    const level = this.#appended.get(segment.sequence) ?? this.level;
    this.#reject(segment, level, 'undecodable');
  }

  /** Never append this rung of the segment again that is being appended. @returns whether one was. */
  markAppending() {
    if (!this.#appending) return false;
    this.#reject(this.#appending.segment, this.#appending.level, 'unreadable');
    return true;
  }

  /** Throws away what is buffered beyond the first segment that starts after `time`. */
  async flushFrom(time) {
    const segment = this.active.playlist?.segments.find(({ start }) => start >= time);
    this.cancel('switch');
    if (!segment || !this.queue) return;
    this.isComplete = false;
    await this.queue.remove(Math.max(0, segment.start + this.#offset + 0.001), Infinity).catch(() => {});
  }

  /** Goes over to what `chooseLevel` now says at the playhead; what is buffered plays on until it is there. */
  replace() {
    this.cancel('replace');
    this.#isOutdated = true;
    this.isComplete = false;
    this.#skipped.clear();
    this.#fruitless.clear();
  }

  tick() {
    if (!this.queue) return;
    this.#refreshIfDue(this.active);
    if (this.current !== null || !this.queue.isIdle || this.#isFull()) return;
    const level = this.host.chooseLevel(this);
    const rendition = this.renditions[level];
    if (rendition.isLoaded && !this.#next(rendition.playlist)) {
      this.isComplete = rendition.playlist.ended;
      this.#refreshIfDue(rendition);
      return;
    }
    this.isComplete = false;
    const job = { level, segment: null, transfer: null, controller: new AbortController() };
    this.current = job;
    this.#load(job, rendition).then(
      () => this.#finished(job),
      (error) => this.#failed(job, error),
    );
  }

  /** Removes what lies far behind the playhead. */
  async tidy(keep = keepBehind) {
    const start = this.queue?.ranges[0]?.[0];
    const cut = this.#boundaryBefore(this.host.position - keep);
    if (start === undefined || cut - start < (keep === keepBehind ? 10 : 0.5)) return false;
    await this.queue.remove(0, cut);
    return true;
  }

  #isFull() {
    if (this.#isOutdated) return false;
    const time = this.host.position;
    const end = this.end ?? time;
    return end - time >= this.host.goal(this) * this.share || end >= this.host.limit(this);
  }

  #refreshIfDue(rendition) {
    if (this.#refreshing || !rendition.isLoaded || !rendition.isStale(performance.now())) return;
    this.#refreshing = true;
    rendition.refresh(this.host.signal)
      .catch((error) => {
        this.host.log('playlist', { kind: this.kind, error: error.message });
        if (error.code === 'forbidden') this.host.refused(error);
      })
      .finally(() => {
        this.#refreshing = false;
        this.host.wake();
      });
  }

  async #load(job, rendition) {
    const signal = AbortSignal.any([job.controller.signal, this.host.signal]);
    if (!rendition.isLoaded) await rendition.refresh(signal);
    this.host.playlistLoaded(this);
    const segment = this.#next(rendition.playlist);
    if (!segment) return;
    job.segment = segment;
    const needsInit = this.#initialised !== segment.map?.url;
    this.host.log('load', { kind: this.kind, sequence: segment.sequence, level: job.level });
    const [init, bytes] = await Promise.all([
      segment.map && needsInit ? rendition.initialisation(segment.map, signal) : null,
      this.#media(job, segment, signal),
    ]);
    job.transfer = null;
    if (init) this.host.timeline.report(this.kind, originOf(init, bytes, segment));
    const offset = await this.host.timeline.settled;
    signal.throwIfAborted();
    await this.queue.setOffset(offset);
    signal.throwIfAborted();
    if (this.#isOutdated) await this.#empty();
    await this.#append(init, bytes, segment, job.level, signal);
  }

  async #empty() {
    this.#isOutdated = false; // before the wait, as another switch may come during it
    this.#appended.clear();
    await this.queue.remove(0, Infinity);
  }

  /** The bytes of a segment; garbled ones are asked for once more, past any cache. */
  async #media(job, segment, signal) {
    const options = {
      range: segment.range,
      signal,
      ...(this.#hasAlternative(job) ? { attempts: 6, breaks: 2 } : {}),
      onProgress: (transfer) => { job.transfer = transfer; },
    };
    for (const cache of ['default', 'reload']) {
      const bytes = await this.fetcher.bytes(segment.url, { ...options, cache });
      if (isWholeBoxes(bytes, ['moof', 'mdat'])) return bytes;
      this.host.log('garbled', { kind: this.kind, sequence: segment.sequence, level: job.level });
    }
    throw new FetchError('damaged', 'the segment is garbled');
  }

  async #append(init, bytes, segment, level, signal) {
    const queue = this.queue;
    const before = this.end ?? -1;
    if (init) {
      await this.#takeType(queue, this.renditions[level].type);
      await this.#appendWithRoom(queue, init);
      this.#initialised = segment.map.url;
    }
    this.#appending = { segment, level };
    try {
      await this.#appendWithRoom(queue, bytes);
    } finally {
      this.#appending = null;
    }
    this.level = level;
    this.host.appended(this, signal);
    this.#appended.set(segment.sequence, level);
    const end = this.end ?? -1;
    const grown = end > before + 0.01;
    if (grown && Math.abs(end - segment.end) < 0.5) this.#offset = end - segment.end;
    this.host.log('append', { kind: this.kind, sequence: segment.sequence, level, grown, start: queue.ranges[0]?.[0] });
    if (grown) {
      this.#fruitless.delete(segment.sequence);
      return;
    }
    const times = (this.#fruitless.get(segment.sequence) ?? 0) + 1;
    this.#fruitless.set(segment.sequence, times);
    if (times >= 2) this.#skip(segment, 'nothing in it');
  }

  async #takeType(queue, type) {
    const family = familyOfType(type);
    if (family === this.#family) return;
    await queue.changeType(type);
    this.#family = family;
    this.host.log('codec', { kind: this.kind, family });
  }

  async #appendWithRoom(queue, bytes) {
    try {
      await queue.append(bytes);
    } catch (error) {
      if (error.name !== 'QuotaExceededError') throw error;
      await this.tidy(keepBehindWhenFull);
      this.host.log('quota', { kind: this.kind, bytes: bytes.length });
      await queue.append(bytes);
    }
  }

  #finished(job) {
    if (this.current === job) this.current = null;
    this.host.wake();
  }

  #failed(job, error) {
    const isCurrent = this.current === job;
    if (isCurrent) this.current = null;
    if (!isCurrent || error.name === 'AbortError') return this.host.wake();
    this.host.log('problem', { kind: this.kind, sequence: job.segment?.sequence, level: job.level, error: error.message });
    if (error.name === 'QuotaExceededError') return this.#shrink();
    if (error instanceof AppendError) {
      if (job.segment) this.#reject(job.segment, job.level, 'unreadable');
      return this.host.corrupted(error);
    }
    if (!job.segment && error.code === 'missing') return this.#leaveOut(job.level, error);
    if (error.code === 'forbidden') return this.host.refused(error);
    if (!(error instanceof FetchError) || !job.segment) return this.host.fatal(error);
    if (error.code === 'unavailable' && !this.#hasAlternative(job)) return this.host.fatal(error);
    this.#reject(job.segment, job.level, error.message);
    return this.host.wake();
  }

  #shrink() {
    const goal = this.host.goal(this);
    this.share = Math.max(this.share * 0.7, smallestGoal / goal);
    this.host.pauseLoading(1);
  }

  #hasAlternative(job) {
    if (this.kind === 'audio') return false;
    const sequence = job.segment?.sequence;
    return this.renditions.some((_, level) => level !== job.level && !this.#bad.has(`${level}:${sequence}`));
  }

  /** Without its playlist a rung is not asked for again; the others go on. */
  #leaveOut(level, error) {
    this.#missing.add(level);
    if (this.#missing.size === this.renditions.length) return this.host.fatal(error);
    return this.host.wake();
  }

  /** Leaves a rung out for one segment; when no rung is left the segment is skipped. */
  #reject(segment, level, reason) {
    this.#bad.add(`${level}:${segment.sequence}`);
    const isRejected = (_, index) => this.#bad.has(`${index}:${segment.sequence}`);
    if (this.kind === 'audio' || this.renditions.every(isRejected)) this.#skip(segment, reason);
  }

  #skip(segment, reason) {
    this.#skipped.add(segment.sequence);
    this.host.skipped(this, segment, reason);
  }

  /** The rung to take for the next segment: the chosen one, or the nearest that is there and not known to be bad. */
  usableLevel(wanted) {
    const playlist = this.renditions[wanted].playlist ?? this.active.playlist;
    const sequence = playlist && this.#next(playlist)?.sequence;
    const order = [...this.renditions.keys()].filter((level) => !this.#missing.has(level))
      .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b);
    if (this.kind === 'audio') return order[0] ?? wanted;
    return order.find((level) => !this.#bad.has(`${level}:${sequence}`)) ?? order[0] ?? wanted;
  }

  /** The segment under the playhead, or the one after what is buffered: the first with its middle beyond the end. */
  #next(playlist) {
    const time = this.host.position;
    const end = this.#isOutdated ? null : this.end;
    const { segments } = playlist;
    let index = end === null
      ? segments.findIndex((segment) => time < segment.end)
      : segments.findIndex((segment) => (segment.start + segment.end) / 2 > end);
    if (index < 0 && end === null && playlist.ended) index = segments.length - 1;
    while (index >= 0 && index < segments.length && this.#isSkipped(segments[index])) index += 1;
    return segments[index] ?? null;
  }

  #isSkipped(segment) {
    return segment.gap || this.#skipped.has(segment.sequence);
  }

  #boundaryBefore(time) {
    const segments = this.active.playlist?.segments ?? [];
    return segments.findLast(({ start }) => start <= time)?.start ?? 0;
  }
}

/** By how many seconds the timestamps of a segment are later than its place in the playlist. */
function originOf(init, bytes, segment) {
  const timescale = timescaleOf(init);
  const ticks = firstTicksOf(bytes);
  return timescale === null || ticks === null ? 0 : ticks / timescale - segment.start;
}
