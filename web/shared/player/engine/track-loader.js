import { AppendError } from './buffer-queue.js';
import { FetchError } from './fetch-error.js';
import { isWholeBoxes } from './segment-check.js';
import { endOfPlayable } from './time-ranges.js';

const keepBehind = 30;
const keepBehindWhenFull = 8;
const smallestGoal = 4;

/**
 * Keeps one SourceBuffer filled ahead of the playhead. What to load next is read off what is buffered, so that a
 * seek, an eviction by the browser or a flush needs no bookkeeping of its own.
 *
 * `host` (the engine) answers: `position`, `goal(track)`, `chooseLevel(track)`, `limit(track)`, `log`, and is told of
 * `wake`, `fatal`, `corrupted`.
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
  #skipped = new Set();
  #bad = new Set();
  /** Rungs whose playlist is not there. */
  #missing = new Set();
  #fruitless = new Map();
  #appended = new Map();
  #refreshing = false;
  /** How much later the pictures are than the playlist says: reordered frames push all of them back. */
  #offset = 0;

  constructor({ kind, renditions, host, fetcher }) {
    Object.assign(this, { kind, renditions, host, fetcher });
  }

  /** Begins on a new, empty SourceBuffer. */
  attach(queue) {
    this.cancel('attach');
    this.queue = queue;
    this.#initialised = null;
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

  /** Throws away what is buffered beyond the first segment that starts after `time`. */
  async flushFrom(time) {
    const segment = this.active.playlist?.segments.find(({ start }) => start >= time);
    this.cancel('switch');
    if (!segment || !this.queue) return;
    this.isComplete = false;
    await this.queue.remove(Math.max(0, segment.start + this.#offset + 0.001), Infinity).catch(() => {});
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
    const time = this.host.position;
    const end = this.end ?? time;
    return end - time >= this.host.goal(this) * this.share || end >= this.host.limit(this);
  }

  #refreshIfDue(rendition) {
    if (this.#refreshing || !rendition.isLoaded || !rendition.isStale(performance.now())) return;
    this.#refreshing = true;
    rendition.refresh(this.host.signal)
      .catch((error) => this.host.log('playlist', { kind: this.kind, error: error.message }))
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
    signal.throwIfAborted();
    job.transfer = null;
    await this.#append(init, bytes, segment, job.level);
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

  async #append(init, bytes, segment, level) {
    const queue = this.queue;
    const before = this.end ?? -1;
    if (init) {
      await this.#appendWithRoom(queue, init);
      this.#initialised = segment.map.url;
    }
    await this.#appendWithRoom(queue, bytes);
    this.level = level;
    this.#appended.set(segment.sequence, level);
    const end = this.end ?? -1;
    const grown = end > before + 0.01;
    if (grown && Math.abs(end - segment.end) < 0.5) this.#offset = end - segment.end;
    this.host.log('append', { kind: this.kind, sequence: segment.sequence, level, grown });
    if (grown) {
      this.#fruitless.delete(segment.sequence);
      return;
    }
    const times = (this.#fruitless.get(segment.sequence) ?? 0) + 1;
    this.#fruitless.set(segment.sequence, times);
    if (times >= 2) this.#skip(segment, 'nothing in it');
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
    if (!(error instanceof FetchError) || error.code === 'forbidden' || !job.segment) return this.host.fatal(error);
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
    const isHopeless = this.renditions.every((_, index) => this.#bad.has(`${index}:${segment.sequence}`));
    if (isHopeless) this.#skip(segment, reason);
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
    return order.find((level) => !this.#bad.has(`${level}:${sequence}`)) ?? order[0] ?? wanted;
  }

  /** The segment under the playhead, or the one after what is buffered: the first with its middle beyond the end. */
  #next(playlist) {
    const time = this.host.position;
    const end = this.end;
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
