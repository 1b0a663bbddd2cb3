import { EngineLog } from './engine-log.js';
import { PlayIntent } from './play-intent.js';

const mostRetries = 6;
/** The browser sometimes stands still without an error, data in hand or not. */
const patienceSeconds = 10;

/**
 * Leaves playing to the browser (Safari's own HLS, or any browser without MediaSource) and adds what it lacks: when it
 * gives up, the source is set again at the same place, later and later.
 */
export class NativeEngine extends EventTarget {
  kind = 'native';
  levels = [];
  currentLevel = -1;
  selectedLevel = -1;
  audioTracks = [];
  selectedAudio = -1;
  subtitles = [];
  seekableEnd = Infinity;
  #log = new EngineLog();
  #lifetime = new AbortController();
  #retries = 0;
  #url = null;
  #retry = null;
  #timer = null;
  #playedUntil = 0;
  #still = { time: -1, since: 0 };

  constructor(video) {
    super();
    this.video = video;
    this.intent = new PlayIntent(video, this.#lifetime.signal);
  }

  get history() {
    return this.#log.entries;
  }

  async load(url, { startAt = 0 } = {}) {
    this.#url = url;
    const options = { signal: this.#lifetime.signal };
    this.video.addEventListener('error', () => this.#elementFailed(), options);
    this.video.addEventListener('timeupdate', () => this.#moved(), options);
    this.#timer = setInterval(() => this.#watch(), 1000);
    this.#start(startAt);
  }

  /** The browser chooses by itself. */
  setLevel() {}

  destroy() {
    this.#lifetime.abort();
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    this.video.removeAttribute('src');
    this.video.load();
  }

  #start(time) {
    this.video.src = this.#url;
    if (time > 0) this.video.currentTime = time;
  }

  #moved() {
    if (this.video.currentTime > this.#playedUntil + 5) this.#retries = 0;
  }

  #elementFailed() {
    const { error } = this.video;
    if (error) this.#failed(error.message || 'the browser could not play the video');
  }

  #watch() {
    const { currentTime, paused, ended, error } = this.video;
    const now = performance.now() / 1000;
    const mayRest = paused || ended || error || navigator.onLine === false;
    if (mayRest || currentTime !== this.#still.time) this.#still = { time: currentTime, since: now };
    else if (now - this.#still.since > patienceSeconds) this.#failed('play came to a standstill');
  }

  #failed(message) {
    const { currentTime, playbackRate } = this.video;
    const { isToPlay } = this.intent;
    this.#still.since = performance.now() / 1000;
    this.#log.add('problem', { message, currentTime });
    if (this.#retries >= mostRetries) {
      this.dispatchEvent(new CustomEvent('error', { detail: { code: 'playback', message } }));
      return;
    }
    const delay = Math.min(2 ** this.#retries, 8);
    this.#retries += 1;
    this.#playedUntil = currentTime;
    this.dispatchEvent(new CustomEvent('retry', { detail: { attempt: this.#retries, reason: message, delay } }));
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#start(currentTime);
      this.video.playbackRate = playbackRate;
      if (isToPlay) this.video.play().catch((failure) => this.#log.add('paused', { message: failure.message }));
    }, delay * 1000);
  }
}
