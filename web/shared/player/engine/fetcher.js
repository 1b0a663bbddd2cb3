import { CacheWatch } from './cache-watch.js';
import { Transfer } from './transfer.js';

const backOffSeconds = [1, 2, 4, 8];
const longestRetryAfter = 30;

/**
 * Gets files with time limits and retries. Answers that may be better next time (network, 408, 425, 429, 5xx, a
 * silent connection) are asked for again after 1, 2, 4, 8, 8 … seconds with jitter, or when `Retry-After` says;
 * while the browser is offline no attempt is counted.
 */
export class Fetcher {
  #caches = new CacheWatch();

  /** @param onRetry called with `{url, attempt, reason, delay}` before each pause. */
  constructor({ meter = null, onRetry = () => {} } = {}) {
    this.meter = meter;
    this.onRetry = onRetry;
  }

  close() {
    this.#caches.close();
  }

  async text(url, options) {
    return new TextDecoder().decode(await this.bytes(url, { ...options, metered: false }));
  }

  /**
   * @param attempts how often the file is asked for at most. @param breaks how often it may break off in the middle,
   *   which is a cut file as likely as a bad line.
   * @param onProgress given the running Transfer, so that the caller can judge how fast it is.
   */
  async bytes(url, { signal, range = null, cache = 'default', attempts = 8, breaks = 8, metered = true, onProgress } = {}) {
    let mode = cache;
    let broken = 0;
    for (let attempt = 1; ; attempt += 1) {
      await online(signal);
      const meter = metered ? this.meter : null;
      const transfer = new Transfer(url, { range, cache: mode, signal, meter, caches: this.#caches });
      onProgress?.(transfer);
      const { bytes, error, isFinal, retryAfter } = await transfer.run();
      if (bytes) return bytes;
      if (isFinal) throw error;
      if (transfer.expected !== null) {
        mode = 'reload';
        broken += 1;
      }
      if (attempt >= attempts || broken >= breaks) throw error;
      const delay = pause(attempt, retryAfter);
      this.onRetry({ url, attempt, reason: error.message, delay });
      await sleep(delay, signal);
    }
  }
}

function pause(attempt, retryAfter) {
  if (retryAfter !== null) return Math.min(retryAfter, longestRetryAfter);
  const base = backOffSeconds[Math.min(attempt, backOffSeconds.length) - 1];
  return base * (0.75 + Math.random() * 0.5);
}

/** Waits; coming back online ends the pause early. */
function sleep(seconds, signal) {
  return new Promise((resolve, reject) => {
    const end = (finish) => {
      clearTimeout(timer);
      removeEventListener('online', wake);
      signal?.removeEventListener('abort', stop);
      finish();
    };
    const wake = () => end(resolve);
    const stop = () => end(() => reject(signal.reason));
    const timer = setTimeout(wake, seconds * 1000);
    addEventListener('online', wake);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
  });
}

function online(signal) {
  return navigator.onLine === false ? sleep(3600, signal) : Promise.resolve();
}
