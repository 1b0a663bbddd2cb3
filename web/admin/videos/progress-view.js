import { h, setProperties, setText } from '../ui/dom.js';
import { percent, relativeDate } from '../ui/format.js';

const stages = {
  downloading: 'Fetching the source', probing: 'Looking at the source', encoding: 'Encoding', uploading: 'Storing', finishing: 'Finishing',
};

/** How far a video is: a bar with words, a chip for each rung, why it waits, or what went wrong. */
export class ProgressView {
  #chips = new Map();

  constructor(title) {
    this.words = h('p', { class: 'progress-words' });
    this.bar = h('div', { class: 'meter', role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': '100', 'aria-label': `Processing of ${title}` });
    this.rungs = h('ul', { class: 'rungs', role: 'list', 'aria-label': 'Qualities' });
    this.error = h('p', { class: 'progress-error' });
    this.log = h('pre', { class: 'log', tabindex: '0', 'aria-label': 'End of the log' });
    this.details = h('details', { class: 'log-details' }, h('summary', {}, 'End of the log'), this.log);
    this.element = h('div', { class: 'progress' }, this.words, this.bar, this.rungs, this.error, this.details);
  }

  update(progress) {
    const isRunning = progress.status === 'processing' || ['running', 'finalising'].includes(progress.job_state);
    const words = sentence(progress);
    this.element.hidden = progress.status === 'ready' && words === '' && !progress.error;
    setText(this.words, words);
    this.words.hidden = words === '';
    this.bar.hidden = !isRunning || Boolean(progress.waiting);
    this.bar.style.setProperty('--share', String(progress.percent / 100));
    setProperties(this.bar, { 'aria-valuenow': String(Math.floor(progress.percent)), 'aria-valuetext': words });
    this.#showRungs(isRunning ? progress.qualities ?? [] : []);
    setText(this.error, progress.error ?? '');
    this.error.hidden = !progress.error;
    setText(this.log, progress.log_tail ?? '');
    this.details.hidden = !progress.log_tail;
  }

  #showRungs(qualities) {
    this.rungs.hidden = qualities.length === 0;
    if (qualities.map(({ quality }) => quality).join() !== [...this.#chips.keys()].join()) {
      this.#chips = new Map(qualities.map(({ quality }) => [quality, h('li', { class: 'rung' })]));
      this.rungs.replaceChildren(...this.#chips.values());
    }
    for (const { quality, percent: share } of qualities) {
      const chip = this.#chips.get(quality);
      chip.style.setProperty('--share', String(share / 100));
      chip.classList.toggle('is-full', share >= 100);
      setText(chip, share >= 100 ? `${quality} ✓` : `${quality} ${percent(share)}`);
    }
  }
}

/** The state in words, without the error itself. */
function sentence(progress) {
  if (progress.status !== 'ready') return work(progress);
  return ['queued', 'running', 'finalising'].includes(progress.job_state) ? `New version. ${work(progress)}` : '';
}

function work(progress) {
  if (progress.status === 'failed') return progress.error ? '' : 'Processing failed';
  if (progress.waiting) {
    const retry = progress.retry_at ? ` Next attempt ${relativeDate(progress.retry_at)}.` : '';
    return `Waiting: ${progress.waiting}${retry}`;
  }
  if (progress.job_state === 'finalising') return 'Publishing…';
  if (progress.status === 'pending') return 'Waiting';
  const what = stages[progress.stage] ?? 'Starting';
  const where = progress.worker ? ` on ${progress.worker}` : '';
  const again = progress.attempt > 1 ? `, attempt ${progress.attempt}` : '';
  return `${what} ${percent(progress.percent)}${where}${again}`;
}
