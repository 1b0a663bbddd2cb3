import { HTTPError, errorOf } from '../ui/http-error.js';
import { api, session, withSession } from '../session.js';
import { TransferSpeed } from './transfer-speed.js';
import { refusal, titleOf } from './video-types.js';

/**
 * One file on its way to the server. Dispatches `change` whenever something of it did.
 *
 *     waiting → sending → checking → done
 *        └─────────┴──────────┴────→ failed, cancelled → waiting (by retry)
 */
export class Upload extends EventTarget {
  state = 'waiting';
  sent = 0;
  error = null;
  /** What the server made of it, once it is done. */
  video = null;
  #request = null;
  #sentTitle = null;

  constructor(file, options) {
    super();
    this.file = file;
    this.options = options;
    this.title = titleOf(file.name);
    this.speed = new TransferSpeed();
    const reason = refusal(file);
    if (reason) Object.assign(this, { state: 'failed', error: new HTTPError(reason, { status: 415 }) });
  }

  get canRetry() {
    return this.state === 'cancelled' || (this.state === 'failed' && this.error.status !== 415);
  }

  get isUnderWay() {
    return this.state === 'sending' || this.state === 'checking';
  }

  /** Sends the file; ends in a final state and never rejects. */
  async run() {
    try {
      this.video = await withSession(() => this.#send());
      await this.#saveTitle();
      this.#become('done');
    } catch (error) {
      if (this.state === 'cancelled') return;
      this.error = error;
      this.#become('failed');
    }
  }

  /** The title may change while bytes flow, and after; what the server does not have yet is saved then. */
  rename(title) {
    this.title = title.trim() || titleOf(this.file.name);
    if (this.state === 'done') this.#saveTitle().then(() => this.#tell(), (error) => this.#noteError(error));
  }

  cancel() {
    this.#become('cancelled');
    this.#request?.abort();
  }

  retry() {
    this.error = null;
    this.sent = 0;
    this.#become('waiting');
  }

  #send() {
    const request = new XMLHttpRequest();
    this.#request = request;
    this.speed = new TransferSpeed();
    this.#become('sending');
    request.open('POST', '/api/videos');
    request.setRequestHeader('X-CSRF-Token', session.csrfToken ?? '');
    request.upload.addEventListener('progress', ({ loaded, total }) => this.#moved(loaded, total));
    request.upload.addEventListener('load', () => this.#become('checking'));
    return new Promise((resolve, reject) => {
      request.addEventListener('load', () => settle(request, resolve, reject));
      request.addEventListener('error', () => reject(this.#brokenOff()));
      request.addEventListener('abort', () => reject(new HTTPError('Cancelled.')));
      request.send(this.#form());
    });
  }

  /** The fields before the file, so that a wrong one is refused before the bytes are sent. */
  #form() {
    const form = new FormData();
    this.#sentTitle = this.title;
    form.append('title', this.title);
    form.append('published', String(this.options.isPublished));
    if (this.options.categoryID) form.append('category_id', this.options.categoryID);
    form.append('file', this.file, this.file.name);
    return form;
  }

  async #saveTitle() {
    if (this.title === this.#sentTitle) return;
    const title = this.title;
    this.video = await api('PATCH', `/api/videos/${this.video.id}`, { body: { title } });
    this.#sentTitle = title;
  }

  #moved(loaded, total) {
    // `total` has the form around the file in it; people compare with the file's size.
    this.sent = Math.round((loaded / total) * this.file.size);
    this.speed.note(this.sent);
    this.#tell();
  }

  /** The answer to a refused upload is often lost, because the server closes while the browser still sends. */
  #brokenOff() {
    if (navigator.onLine === false) return new HTTPError('You are offline. Try again when the connection is back.');
    return new HTTPError(this.sent > 0
      ? 'The connection broke off: the server stopped taking the file, or cannot be reached any more.'
      : 'The server cannot be reached.');
  }

  #noteError(error) {
    this.error = error;
    this.#tell();
  }

  #become(state) {
    this.state = state;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}

function settle(request, resolve, reject) {
  const body = request.status < 300 ? decoded(request.responseText) : null;
  if (body) resolve(body);
  else reject(errorOf(request.status, request.responseText, (name) => request.getResponseHeader(name)));
}

function decoded(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's page with a good status: errorOf says that it was not understood
  }
}
