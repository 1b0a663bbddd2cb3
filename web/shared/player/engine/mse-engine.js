import { Adaptation } from './adaptation.js';
import { AppendError } from './buffer-queue.js';
import { preferredAudio } from './audio-choices.js';
import { EngineLog } from './engine-log.js';
import { Fetcher } from './fetcher.js';
import { FetchError } from './fetch-error.js';
import { MediaSourceSession } from './media-source-session.js';
import { PictureDemand } from './picture-demand.js';
import { PlayIntent } from './play-intent.js';
import { Presentation } from './presentation.js';
import { RecoveryBudget } from './recovery-budget.js';
import { Renewal } from './renewal.js';
import { StallWatchdog } from './stall-watchdog.js';
import { SubtitleSource } from './subtitle-source.js';
import { ThroughputMeter } from './throughput.js';
import { rangesOf } from './time-ranges.js';
import { Timeline } from './timeline.js';
import { TrackLoader } from './track-loader.js';

const goalSeconds = 30;
const goalBytes = 60_000_000;
const tickMilliseconds = 100;
/** So far from the end of a video that still grows one can go; closer there is nothing to play yet. */
const segmentsFromTheEdge = 3;

/**
 * Plays CMAF over HLS through MediaSource.
 *
 * Events: `levels` (what there is to choose is known), `levelchange`, `audiochange`, `retry` (a file is asked for
 * again), `skip` (a segment was left out), `error` with `detail: {code, message}`, after which this engine is done.
 */
export class MSEEngine extends EventTarget {
  kind = 'mse';
  levels = [];
  /** The rung at the playhead, -1 before the first picture. */
  currentLevel = -1;
  /** What was asked for by `setLevel`; -1 is automatic. */
  selectedLevel = -1;
  /** `{index, name, language, channels}`, as in the playlist; `selectedAudio` is an index, -1 without a choice. */
  audioTracks = [];
  selectedAudio = -1;
  /** `{name, language, isDefault, isForced, source}`; see SubtitleSource. */
  subtitles = [];
  #log = new EngineLog();
  #tracks = [];
  #session = null;
  #lifetime = new AbortController();
  #timer = null;
  #watchdog = new StallWatchdog();
  #recoveries = new RecoveryBudget();
  #presentation = null;
  #renewal = new Renewal();
  #isRenewing = false;
  #pausedUntil = 0;
  #hasStarted = false;
  #heardAudio = -1;
  #failure = null;

  constructor(video) {
    super();
    this.video = video;
    this.intent = new PlayIntent(video, this.signal);
    this.meter = new ThroughputMeter();
    this.fetcher = new Fetcher({ meter: this.meter, onRetry: (detail) => this.#retrying(detail) });
    this.demand = new PictureDemand(video, this.signal, () => this.#returned());
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

  /** How far one can go: in a video that still grows not quite to its end. */
  get seekableEnd() {
    const [track] = this.#tracks;
    if (!track || track.hasEnded) return Infinity;
    return Math.max(0, track.duration - segmentsFromTheEdge * (track.active.playlist?.targetDuration ?? 0));
  }

  /**
   * Rejects never: what goes wrong is told by an `error` event.
   * @param audio what was remembered of an earlier choice of sound, see `audioMemory`.
   * @param renew gives a new address of the master playlist when the server refuses the old one.
   */
  async load(url, { startAt = 0, audio = null, renew = null } = {}) {
    try {
      this.#renewal = new Renewal(renew);
      const { fetcher, signal } = this;
      this.#presentation = await Presentation.load(url, { fetcher, signal, renewal: this.#renewal });
      this.#prepare(audio);
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
    if (video && index >= 0 && index !== video.level) this.#loadAnew(index);
  }

  /** Another language or layout, from the playhead on; what was loaded of the old one plays until it is there. */
  setAudio(index) {
    if (index === this.selectedAudio || !this.audioTracks[index]) return;
    this.selectedAudio = index;
    this.log('audio', { index });
    this.#tracks.find(({ kind }) => kind === 'audio').replace();
    this.wake();
  }

  destroy() {
    this.#lifetime.abort(new DOMException('the engine was destroyed', 'AbortError'));
    clearInterval(this.#timer);
    for (const track of this.#tracks) track.detach();
    this.#session?.close();
    this.fetcher.close();
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
    if (track.kind !== 'video') return this.#chooseAudio(track);
    if (this.selectedLevel >= 0) return track.usableLevel(this.selectedLevel);
    return track.usableLevel(this.adaptation.choose({
      estimate: this.meter.estimate,
      current: track.level,
      maximumHeight: this.demand.height,
    }));
  }

  playlistLoaded(track) {
    if (track.kind === 'video' || this.#tracks.length === 1) this.#extend();
  }

  skipped(track, segment, reason) {
    this.log('skip', { kind: track.kind, sequence: segment.sequence, reason });
    this.#emit('skip', { start: segment.start, end: segment.end, reason });
  }

  /** @param signal is aborted where the track was cancelled meanwhile: such a segment says nothing of a new address. */
  appended(track, signal) {
    if (!signal.aborted) this.#renewal.worked();
    if (track.kind !== 'audio' || track.level === this.#heardAudio) return;
    this.#heardAudio = track.level;
    this.#emit('audiochange', { index: track.level });
  }

  /** The server refuses a file that it gave before: its address may have run out. */
  refused(error) {
    if (this.#isRenewing) return;
    if (!this.#renewal.mayAsk) {
      this.fatal(error);
      return;
    }
    this.#isRenewing = true;
    this.log('renew', {});
    for (const track of this.#tracks) track.cancel('renewal');
    this.pauseLoading(Infinity);
    this.#presentation.renew().then(
      () => this.pauseLoading(0),
      (failure) => { if (!this.signal.aborted) this.fatal(failure instanceof FetchError ? failure : error); },
    ).finally(() => { this.#isRenewing = false; });
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

  #prepare(memory) {
    const { levels, sounds, subtitles, picture, sound, captions } = this.#presentation;
    const { fetcher, signal } = this;
    const track = (kind, renditions) => new TrackLoader({ kind, renditions, host: this, fetcher });
    this.levels = levels;
    this.audioTracks = sounds;
    this.selectedAudio = preferredAudio(sounds, memory);
    this.adaptation = new Adaptation(levels);
    this.#tracks = [track('video', picture)];
    if (sounds.length > 0) this.#tracks.push(track('audio', sound));
    this.timeline = new Timeline(this.#tracks.map(({ kind }) => kind));
    const { timeline } = this;
    const source = (rendition) => new SubtitleSource({ rendition, fetcher, timeline, signal });
    this.subtitles = subtitles.map((subtitle, index) => ({ ...subtitle, source: source(captions[index]) }));
    this.#emit('levels', { levels });
  }

  async #open(startAt) {
    const session = new MediaSourceSession(this.video);
    this.#session = session;
    await session.open(this.signal);
    for (const track of this.#tracks) track.attach(session.addBuffer(track.type));
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
    const mayLoad = this.#session.wantsData && performance.now() >= this.#pausedUntil;
    if (mayLoad) for (const track of this.#tracks) track.tick();
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

  /** A language whose playlist is not there gives way to another. */
  #chooseAudio(track) {
    const usable = track.usableLevel(this.selectedAudio);
    if (usable !== this.selectedAudio) this.log('audio', { index: usable, instead: this.selectedAudio });
    this.selectedAudio = usable;
    return usable;
  }

  /** What is ahead is thrown away from where the other rung will have been loaded. */
  #loadAnew(index) {
    const [video] = this.#tracks;
    const seconds = video.active.playlist?.targetDuration ?? 6;
    const loading = (this.levels[index].bandwidth * seconds) / this.meter.estimate;
    video.flushFrom(this.position + Math.max(0.5, Math.min(loading * this.video.playbackRate, 10))).then(() => this.wake());
  }

  /** While nobody saw it the lowest rung was loaded. */
  #returned() {
    const [video] = this.#tracks;
    if (!video || !this.#hasStarted || this.#failure) return;
    this.adaptation.forgetSwitches();
    const level = this.chooseLevel(video);
    this.log('seen again', { level, estimate: Math.round(this.meter.estimate) });
    if (level <= video.level) return;
    this.#loadAnew(level);
    video.level = level;
  }

  #elementFailed() {
    const { error } = this.video;
    if (!error || this.#failure || !this.#session) return;
    this.log('element', { code: error.code, message: error.message });
    this.#recover(new Error(error.message || 'the browser could not decode the video'));
  }

  /** Starts over on a new MediaSource at the same place; what could not be decoded is left out. */
  #recover(error) {
    const wait = this.#recoveries.take(performance.now() / 1000);
    if (wait === null) {
      this.fatal(error);
      return;
    }
    const { playbackRate } = this.video;
    const { isToPlay } = this.intent;
    const time = this.position;
    this.#blame(error, time);
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

  /**
   * Leaves out what broke the element: the segment that was being appended, else the one at the playhead. Chromium says
   * which of the two it was; elsewhere an append under way is the likelier.
   */
  #blame(error, time) {
    const { error: reported } = this.video;
    if (!reported || error instanceof AppendError) return;
    const wasDecoding = /DECODE/.test(reported.message ?? '') && !/APPEND/.test(reported.message);
    if (!wasDecoding && this.#tracks.some((track) => track.markAppending())) return;
    for (const track of this.#tracks) if (track.kind === 'video') track.markBad(time + 0.2);
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
