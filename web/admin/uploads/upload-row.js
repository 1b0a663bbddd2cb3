import { h, setProperties, setText } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { bytes, percent, roughTime } from '../ui/format.js';

const lingerMilliseconds = 5000;

/** One upload as a row: its title to edit, how far it is, and what can be done about it. */
export class UploadRow {
  #listener = () => this.update();
  #timer = null;

  constructor(upload, queue) {
    this.upload = upload;
    this.queue = queue;
    this.title = h('input', {
      class: 'input', value: upload.title, 'aria-label': `Title of ${upload.file.name}`, maxlength: '200',
      on: { input: () => upload.rename(this.title.value) },
    });
    this.bar = h('div', { class: 'meter', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-label': `Upload of ${upload.file.name}` });
    this.words = h('p', { class: 'upload-words' });
    this.failure = h('p', { class: 'upload-error', role: 'alert' });
    this.actions = h('div', { class: 'row-actions' });
    this.element = h('li', { class: 'upload' }, this.title, this.actions, this.bar, this.words, this.failure);
    upload.addEventListener('change', this.#listener);
    this.update();
  }

  close() {
    clearTimeout(this.#timer);
    this.upload.removeEventListener('change', this.#listener);
  }

  update() {
    const { upload } = this;
    const share = upload.state === 'checking' || upload.state === 'done' ? 100 : (upload.sent / Math.max(1, upload.file.size)) * 100;
    const words = this.#sentence(share);
    setText(this.words, words);
    setText(this.failure, upload.error ? upload.error.message : '');
    this.bar.style.setProperty('--share', String(share / 100));
    setProperties(this.bar, { 'aria-valuenow': String(Math.floor(share)), 'aria-valuetext': words });
    this.element.dataset.state = upload.state;
    this.#showActions();
    if (upload.state === 'done') this.#leave();
  }

  #sentence(share) {
    const { upload } = this;
    const size = bytes(upload.file.size);
    switch (upload.state) {
      case 'waiting': return `Waits for its turn · ${size}`;
      case 'sending': return [`Uploading ${percent(share)}`, `${bytes(upload.sent)} of ${size}`, ...this.#pace()].join(' · ');
      case 'checking': return `All ${size} sent. The server is looking at the file…`;
      case 'done': return 'Uploaded. It is being processed below.';
      case 'cancelled': return `Cancelled · ${size}`;
      default: return `${upload.file.name} · ${size}`;
    }
  }

  #pace() {
    const { speed, file, sent } = this.upload;
    if (!(speed.value > 0)) return [];
    return [`${bytes(speed.value)}/s`, `${roughTime((file.size - sent) / speed.value)} left`];
  }

  /** Buttons change with the state only, so that they keep the focus. */
  #showActions() {
    const { upload, queue } = this;
    const kind = upload.canRetry ? 'retry' : upload.state === 'waiting' || upload.isUnderWay ? 'cancel' : 'dismiss';
    if (this.actions.dataset.kind === kind) return;
    this.actions.dataset.kind = kind;
    const dismiss = this.#button('Dismiss', 'close', () => queue.remove(upload));
    const buttons = {
      retry: [this.#button('Try again', 'replay', () => queue.retry(upload)), dismiss],
      cancel: [this.#button('Cancel', 'close', () => queue.cancel(upload))],
      dismiss: [dismiss],
    };
    this.actions.replaceChildren(...buttons[kind]);
  }

  #button(label, symbol, run) {
    return h('button', { class: 'button button-small', type: 'button', on: { click: run } },
      icon(symbol), h('span', {}, label), h('span', { class: 'visually-hidden' }, ` ${this.upload.file.name}`));
  }

  /** A finished row goes by itself, unless somebody is still typing its title. */
  #leave() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.element.contains(document.activeElement) || this.upload.error) this.#leave();
      else this.queue.remove(this.upload);
    }, lingerMilliseconds);
  }
}
