import { h, setText } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { bytes, clock } from '../ui/format.js';
import { timeElement } from '../ui/time-element.js';
import { ProgressView } from './progress-view.js';

/** A video in the list. @param actions `{preview, edit, remove, restore, retry, cancel}`, each called with the video. */
export class VideoRow {
  /** When what is shown was asked for, and when the last event came, by `performance.now()`. */
  #askedAt = -Infinity;
  #heardAt = -Infinity;

  constructor(video, actions) {
    this.actions = actions;
    this.picture = h('div', { class: 'video-picture' });
    this.title = h('h2', {});
    this.badge = h('span', { class: 'badge' });
    this.facts = h('div', { class: 'video-facts' });
    this.progress = new ProgressView(video.title);
    this.buttons = h('div', { class: 'row-actions' });
    this.element = h('li', { class: 'video', data: { id: String(video.id) } },
      this.picture, h('div', { class: 'video-text' }, h('div', { class: 'video-head' }, this.title, this.badge), this.facts, this.progress.element), this.buttons);
    this.update(video);
  }

  /**
   * @param askedAt when the server was asked. Answers and events overtake each other: an answer older than the last one
   *   is dropped, and events heard since it was asked for tell more about the progress than it does.
   */
  update(video, askedAt = performance.now()) {
    if (askedAt < this.#askedAt) return;
    this.#askedAt = askedAt;
    const isOvertaken = this.#heardAt > askedAt;
    this.video = isOvertaken ? { ...video, status: this.video.status, progress: this.video.progress } : video;
    setText(this.title, video.title);
    this.#showPicture();
    this.facts.replaceChildren(...factsOf(video).map((fact) => h('span', {}, fact)));
    this.#showProgress();
  }

  /** Takes an event. @returns whether the status changed, so that there is more to know about the video. */
  updateProgress(progress) {
    const hasChanged = progress.status !== this.video.status;
    this.#heardAt = performance.now();
    this.video = { ...this.video, status: progress.status, progress };
    this.#showProgress();
    return hasChanged;
  }

  #showProgress() {
    this.progress.update(this.video.progress);
    const [name, kind] = badgeOf(this.video);
    setText(this.badge, name);
    this.badge.dataset.kind = kind;
    this.#showButtons();
  }

  #showPicture() {
    const { thumbnail_url: thumbnail, duration } = this.video;
    const key = `${thumbnail} ${duration}`;
    if (this.picture.dataset.key === key) return;
    this.picture.dataset.key = key;
    const image = thumbnail && h('img', { src: thumbnail, alt: '', loading: 'lazy' });
    image?.addEventListener('error', () => image.replaceWith(icon('film')));
    this.picture.replaceChildren(image ?? icon('film'), ...(duration ? [h('span', { class: 'video-duration' }, clock(duration))] : []));
  }

  #showButtons() {
    const names = buttonsOf(this.video);
    const key = names.join();
    if (this.buttons.dataset.key === key) return;
    this.buttons.dataset.key = key;
    this.buttons.replaceChildren(...names.map((name) => this.#button(name)));
  }

  #button(name) {
    const [label, symbol] = labels[name];
    const run = () => this.actions[name](this.video);
    return h('button', { class: 'button button-small', type: 'button', on: { click: run } },
      icon(symbol), h('span', {}, label), h('span', { class: 'visually-hidden' }, `: ${this.video.title}`));
  }
}

const labels = {
  preview: ['Play', 'play'], edit: ['Edit', 'edit'], remove: ['Delete', 'trash'], restore: ['Restore', 'restore'], retry: ['Retry', 'replay'],
  cancel: ['Stop', 'close'],
};

function buttonsOf(video) {
  if (video.deleted_at) return ['restore'];
  const canRetry = video.status === 'failed' || video.progress.waiting_reason === 'retry_later';
  const canCancel = ['queued', 'running', 'finalising'].includes(video.progress.job_state);
  return [canRetry && 'retry', canCancel && 'cancel', video.stream_url && 'preview', 'edit', 'remove'].filter(Boolean);
}

function badgeOf(video) {
  if (video.deleted_at) return ['Deleted', 'quiet'];
  if (video.status === 'failed' && video.progress.job_state === 'cancelled') return ['Stopped', 'quiet'];
  if (video.status === 'failed') return ['Failed', 'bad'];
  if (video.status === 'processing') return ['Processing', 'busy'];
  if (video.status === 'pending') return ['Waiting', 'warn'];
  return isDraft(video) ? ['Draft', 'quiet'] : ['Published', 'good'];
}

export function isDraft(video) {
  return !video.published_at || Date.parse(video.published_at) > Date.now();
}

function factsOf(video) {
  const { source, category } = video;
  const size = source.width && source.height ? `${source.width} × ${source.height}` : null;
  const when = video.deleted_at ? h('span', {}, 'deleted ', timeElement(video.deleted_at)) : h('span', {}, 'uploaded ', timeElement(video.created_at));
  return [category?.name, source.filename, bytes(source.bytes), size, when].filter(Boolean);
}
