import { BufferQueue } from './buffer-queue.js';

/** One MediaSource on one element, from its opening to its end. */
export class MediaSourceSession {
  #url;
  #source;
  #video;
  #isManaged;
  #queues = [];

  constructor(video) {
    const Source = MediaSourceSession.kind;
    this.#video = video;
    this.#source = new Source();
    this.#isManaged = Source === globalThis.ManagedMediaSource;
    if (this.#isManaged) video.disableRemotePlayback = true; // it does not open otherwise
  }

  /** iPhones have the managed kind alone. */
  static get kind() {
    return globalThis.MediaSource ?? globalThis.ManagedMediaSource;
  }

  /** A managed source says when the device wants data: between `startstreaming` and `endstreaming`. */
  get wantsData() {
    return !this.#isManaged || this.#source.streaming;
  }

  /** Attaches to the element and waits until buffers can be made. */
  async open(signal) {
    this.#url = URL.createObjectURL(this.#source);
    const opened = new Promise((resolve, reject) => {
      this.#source.addEventListener('sourceopen', resolve, { once: true });
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    this.#video.src = this.#url;
    try {
      await opened;
    } finally {
      URL.revokeObjectURL(this.#url);
    }
  }

  get isOpen() {
    return this.#source.readyState === 'open';
  }

  get hasEnded() {
    return this.#source.readyState === 'ended';
  }

  addBuffer(mimeType) {
    const queue = new BufferQueue(this.#source.addSourceBuffer(mimeType));
    this.#queues.push(queue);
    return queue;
  }

  /** Lengthens the time line; never shortens it, which would throw away what is buffered. */
  extend(duration) {
    if (!this.isOpen || !this.#isQuiet) return;
    if (!(this.#source.duration >= duration)) this.#source.duration = duration;
  }

  /** Says that all there is has been appended. A later append or remove opens the source again. */
  end() {
    if (this.isOpen && this.#isQuiet) this.#source.endOfStream();
  }

  close() {
    for (const queue of this.#queues) queue.close();
  }

  get #isQuiet() {
    return this.#queues.every((queue) => queue.isIdle);
  }
}
