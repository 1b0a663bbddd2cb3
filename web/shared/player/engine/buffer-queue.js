import { rangesOf } from './time-ranges.js';

/** The bytes were taken but could not be parsed; the MediaSource has ended with an error. */
export class AppendError extends Error {
  constructor(message) {
    super(message);
    this.name = 'AppendError';
  }
}

/** Whether a buffer can go over from one codec family to another. */
export const canChangeType = () => 'changeType' in (globalThis.SourceBuffer?.prototype ?? {});

/** One SourceBuffer, one operation at a time: nothing is asked of it while it is updating. */
export class BufferQueue {
  #buffer;
  #tail = Promise.resolve();
  #pending = 0;
  #closed = new AbortController();

  constructor(sourceBuffer) {
    this.#buffer = sourceBuffer;
  }

  get isIdle() {
    return this.#pending === 0;
  }

  /** `[[start, end], …]` in seconds; empty once the buffer was taken away. */
  get ranges() {
    try {
      return rangesOf(this.#buffer.buffered);
    } catch {
      return []; // the MediaSource was closed under us
    }
  }

  /** Rejects with QuotaExceededError when there is no room, AppendError when the bytes cannot be parsed. */
  append(bytes) {
    return this.#enqueue(() => this.#buffer.appendBuffer(bytes));
  }

  /** For bytes of another codec family; callers ask `canChangeType` before. */
  changeType(type) {
    return this.#enqueue(() => this.#buffer.changeType(type), { isImmediate: true });
  }

  /** @param seconds added to the timestamps of what is appended from now on. */
  setOffset(seconds) {
    const set = () => { if (this.#buffer.timestampOffset !== seconds) this.#buffer.timestampOffset = seconds; };
    return this.#enqueue(set, { isImmediate: true });
  }

  remove(start, end) {
    return this.#enqueue(() => this.#buffer.remove(start, end));
  }

  close() {
    this.#closed.abort(new DOMException('the buffer was closed', 'AbortError'));
  }

  /** @param isImmediate done when `start` returns, without an `updateend`. */
  #enqueue(start, { isImmediate = false } = {}) {
    this.#pending += 1;
    const run = this.#tail.then(() => (isImmediate ? this.#run(start) : this.#operate(start)));
    this.#tail = run.catch(() => {});
    return run.finally(() => { this.#pending -= 1; });
  }

  #run(start) {
    this.#closed.signal.throwIfAborted();
    start();
  }

  #operate(start) {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const listening = new AbortController();
      const settle = (finish, value) => {
        listening.abort();
        finish(value);
      };
      const options = { signal: listening.signal };
      this.#buffer.addEventListener('updateend', () => settle(resolve), options);
      this.#buffer.addEventListener('error', () => settle(reject, new AppendError('unreadable segment')), options);
      signal.addEventListener('abort', () => settle(reject, signal.reason), options);
      try {
        start();
      } catch (error) {
        settle(reject, error);
      }
    });
  }
}
