import { Adaptation } from './adaptation.js';
import { EngineLog } from './engine-log.js';
import { Fetcher } from './fetcher.js';
import { FetchError } from './fetch-error.js';
import { playableLevels } from './levels.js';
import { MediaSourceSession } from './media-source-session.js';
import { PlayIntent } from './play-intent.js';
import { parseMaster } from './playlist.js';
import { Rendition } from './rendition.js';
import { StallWatchdog } from './stall-watchdog.js';
import { ThroughputMeter } from './throughput.js';
import { rangesOf } from './time-ranges.js';
import { TrackLoader } from './track-loader.js';

const goalSeconds = 30;
const goalBytes = 60_000_000;
const tickMilliseconds = 100;
const secondsBetweenRecoveries = 5;
const mostRecoveries = 6;

/**
 * Plays CMAF over HLS through MediaSource.
 *
 * Events: `levels`, `levelchange`, `retry` (a file is asked for again), `skip` (a segment was left out), `error` with
 * `detail: {code, message}`, after which this engine is done.
 */
export class MSEEngine extends EventTarget {
  kind = 'mse';
  levels = [];
  /** The rung at the playhead, -1 before the first picture. */
  currentLevel = -1;
  /** What was asked for by `setLevel`; -1 is automatic. */
  selectedLevel = -1;
  #log = new EngineLog();
  #tracks = [];
  #session = null;
  #lifetime = new AbortController();
  #timer = null;
  #watchdog = new StallWatchdog();
  #recoveries = [];
  #pausedUntil = 0;
  #hasStarted = false;
  #failure = null;

  constructor(video) {
    super();
    this.video = video;
    this.intent = new PlayIntent(video, this.signal);
    this.meter = new ThroughputMeter();
    this.fetcher = new Fetcher({ meter: this.meter, onRetry: (detail) => this.#retrying(detail) });
  }

  get history() {
    return this.#log.entries;
  }

  get signal() {
    return this.#lifetime.signal;
  }

  get position() {
    return this.video.currentTime;
  }

  /** Rejects never: what goes wrong is told by an `error` event. */
  async load(url, { startAt = 0 } = {}) {
    try {
      const master = parseMaster(await this.fetcher.text(url, { signal: this.signal, attempts: 6 }), url);
      this.#prepare(master);
      await this.#open(startAt);
      this.#listen();
    } catch (error) {
      if (!this.signal.aborted) this.fatal(error);
    }
  }

  /** -1 is automatic. A rung takes effect at the next segment, without a stop. */
  setLevel(index) {
    this.selectedLevel = index;
    this.log('select', { level: index });
    const video = this.#tracks[0];
    if (!video || index < 0 || index === video.level) return;
    const level = this.levels[index];
    const seconds = video.active.playlist?.targetDuration ?? 6;
    const loading = (level.bandwidth * seconds) / this.meter.estimate;
    video.flushFrom(this.position + Math.max(0.5, Math.min(loading * this.video.playbackRate, 10))).then(() => this.wake());
  }

  destroy() {
    this.#lifetime.abort(new DOMException('the engine was destroyed', 'AbortError'));
    clearInterval(this.#timer);
    for (const track of this.#tracks) track.detach();
    this.#session?.close();
    this.video.removeAttribute('src');
    this.video.load();
  }

  // What the tracks ask and tell.

  goal(track) {
    if (!this.#hasStarted) return 0.1;
    const bandwidth = this.levels[Math.max(0, this.#tracks[0].level)].bandwidth;
    return track.kind === 'video' ? Math.min(goalSeconds, (goalBytes * 8) / bandwidth) : goalSeconds;
  }

  /** Sound and picture stay together, to within a segment. */
  limit(track) {
    const other = this.#tracks.find((candidate) => candidate !== track);
    if (!other || other.isComplete) return Infinity;
    return (other.end ?? this.position) + (track.active.playlist?.targetDuration ?? 6);
  }

  chooseLevel(track) {
    if (track.kind !== 'video') return 0;
    if (this.selectedLevel >= 0) return track.usableLevel(this.selectedLevel);
    return track.usableLevel(this.adaptation.choose({
      estimate: this.meter.estimate,
      current: track.level,
      maximumHeight: this.#visibleHeight,
    }));
  }

  playlistLoaded(track) {
    if (track.kind === 'video' || this.#tracks.length === 1) this.#extend();
  }

  skipped(track, segment, reason) {
    this.log('skip', { kind: track.kind, sequence: segment.sequence, reason });
    this.#emit('skip', { start: segment.start, end: segment.end, reason });
  }

  pauseLoading(seconds) {
    this.#pausedUntil = performance.now() + seconds * 1000;
  }

  corrupted(error) {
    this.#recover(error);
  }

  fatal(error) {
    if (this.#failure) return;
    this.#failure = error;
    clearInterval(this.#timer);
    for (const track of this.#tracks) track.cancel('fatal');
    this.log('fatal', { error: error.message });
    this.#emit('error', { code: error instanceof FetchError ? error.code : 'playback', message: error.message });
  }

  log(type, detail) {
    this.#log.add(type, detail);
  }

  wake() {
    queueMicrotask(() => this.#tick());
  }

    #prepare(master) {
    const isSupported = (type) => (globalThis.ManagedMediaSource ?? MediaSource).isTypeSupported(type);
    this.levels = playableLevels(master, isSupported);
    if (this.levels.length === 0) throw new Error('this browser cannot decode any of the qualities of this video');
    this.adaptation = new Adaptation(this.levels);
    const { fetcher } = this;
    const picture = this.levels.map(({ url, index }) => new Rendition({ url, index, fetcher }));
    this.#tracks = [new TrackLoader({ kind: 'video', renditions: picture, host: this, fetcher })];
    const sound = chosenAudio(master, this.levels[0]);
    if (sound) {
      const renditions = [new Rendition({ url: sound.url, index: 0, fetcher })];
      this.#tracks.push(new TrackLoader({ kind: 'audio', renditions, host: this, fetcher }));
    }
    this.#emit('levels', { levels: this.levels });
  }

  async #open(startAt) {
    const session = new MediaSourceSession(this.video);
    this.#session = session;
    await session.open(this.signal);
    const [{ videoType, audioType }] = this.levels;
    const types = [videoType, audioType];
    this.#tracks.forEach((track, index) => track.attach(session.addBuffer(types[index])));
    if (startAt > 0) this.video.currentTime = startAt;
    this.#extend();
    this.wake();
  }

  #listen() {
    const options = { signal: this.signal };
    const { video } = this;
    video.addEventListener('seeking', () => this.#seeking(), options);
    video.addEventListener('play', () => this.#begin(), options);
    video.addEventListener('error', () => this.#elementFailed(), options);
    if (!video.paused) this.#begin();
    this.#timer = setInterval(() => this.#tick(), tickMilliseconds);
  }

  #begin() {
    this.#hasStarted = true;
    this.wake();
  }

  #seeking() {
    this.log('seek', { to: this.position });
    for (const track of this.#tracks) track.seeked();
    this.wake();
  }

  #tick() {
    if (this.#failure || this.signal.aborted || !this.#session || this.video.error) return;
    this.#watch();
    this.#rescue();
    if (performance.now() >= this.#pausedUntil) for (const track of this.#tracks) track.tick();
    for (const track of this.#tracks) if (track.queue?.isIdle) track.tidy().catch(() => {});
    this.#extend();
    this.#noteLevel();
    if (this.#tracks.every((track) => track.isComplete && track.hasEnded)) this.#session.end();
  }

  #watch() {
    const { video } = this;
    const state = {
      now: performance.now() / 1000,
      time: video.currentTime,
      paused: video.paused,
      seeking: video.seeking,
      ended: video.ended,
      complete: this.#session.hasEnded,
      ranges: rangesOf(video.buffered),
    };
    const isKnownHole = (from, to) => this.#tracks.some((track) => track.isKnownHole(from, to));
    const { action, to } = this.#watchdog.observe(state, isKnownHole);
    if (action === 'none') return;
    this.log(action, { from: state.time, to });
    if (action === 'fail') this.#recover(new Error('play came to a standstill'));
    else video.currentTime = to;
  }

  /** Gives up a download that would come too late, for a smaller one. */
  #rescue() {
    const [track] = this.#tracks;
    const job = track.current;
    if (!job?.transfer || !job.segment || this.selectedLevel >= 0 || !this.#hasStarted) return;
    const ahead = ((track.end ?? this.position) - this.position) / (this.video.playbackRate || 1);
    const level = this.adaptation.rescue({
      transfer: job.transfer, level: job.level, segmentSeconds: job.segment.duration, ahead,
    });
    if (level === null) return;
    this.log('rescue', { from: job.level, to: level });
    track.cancel('too slow');
    track.level = level;
  }

  #extend() {
    this.#session?.extend(this.#tracks[0].duration);
  }

  #noteLevel() {
    const [track] = this.#tracks;
    const quality = this.video.getVideoPlaybackQuality?.();
    if (quality && this.adaptation.watchFrames(quality, this.currentLevel)) this.log('dropped frames', {});
    const level = this.video.readyState >= 2 ? track.levelAt(this.position) : -1;
    if (level < 0 || level === this.currentLevel) return;
    this.currentLevel = level;
    this.log('level', { level });
    this.#emit('levelchange', { level });
  }

  get #visibleHeight() {
    if (navigator.connection?.saveData) return 480;
    const { clientWidth, clientHeight } = this.video;
    return Math.min(clientWidth, clientHeight) * (globalThis.devicePixelRatio || 1) || Infinity;
  }

  #elementFailed() {
    const { error } = this.video;
    if (!error || this.#failure || !this.#session) return;
    this.log('element', { code: error.code, message: error.message });
    this.#recover(new Error(error.message || 'the browser could not decode the video'));
  }

  /** Starts over on a new MediaSource at the same place; what could not be decoded is left out. */
  #recover(error) {
    const now = performance.now() / 1000;
    this.#recoveries = this.#recoveries.filter((at) => now - at < 60);
    if (this.#recoveries.length >= mostRecoveries) return this.fatal(error);
    const wait = Math.max(0, (this.#recoveries.at(-1) ?? -Infinity) + secondsBetweenRecoveries - now);
    this.#recoveries.push(now + wait);
    const { playbackRate } = this.video;
    const { isToPlay } = this.intent;
    const time = this.position;
    if (this.video.error) for (const track of this.#tracks) if (track.kind === 'video') track.markBad(time + 0.2);
    this.log('recover', { time, wait, reason: error.message });
    for (const track of this.#tracks) track.detach();
    this.#session.close();
    this.#session = null;
    const restart = async () => {
      await this.#open(time);
      this.video.playbackRate = playbackRate;
      if (isToPlay) await this.video.play();
    };
    const timer = setTimeout(() => restart().catch((failure) => this.#restartFailed(failure)), wait * 1000);
    this.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  #restartFailed(error) {
    // NotAllowedError and AbortError come from play() and leave a paused, healthy element behind.
    if (!this.signal.aborted && !['NotAllowedError', 'AbortError'].includes(error.name)) this.fatal(error);
  }

  #retrying({ url, attempt, reason, delay }) {
    this.log('retry', { url, attempt, reason, delay });
    this.#emit('retry', { attempt, reason, delay });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function chosenAudio(master, level) {
  if (!level.audioType) return null;
  const group = master.audio.filter((rendition) => rendition.group === level.audioGroup && rendition.url);
  return group.find((rendition) => rendition.isDefault) ?? group[0] ?? null;
}
