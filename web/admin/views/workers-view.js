import { h } from '../ui/dom.js';
import { errorNotice, notice } from '../ui/notice.js';
import { timeElement } from '../ui/time-element.js';
import { api } from '../session.js';

const refreshMilliseconds = 10_000;
const kinds = {
  online: ['Online', 'good'], offline: ['Offline', 'warn'], disabled: ['Disabled', 'quiet'],
  draining: ['Draining', 'busy'], quarantined: ['Quarantined', 'bad'],
};
const accelerators = { cpu: 'CPU', nvidia: 'NVIDIA', intel: 'Intel' };

/** Who transcodes, whether they have been heard of, and what they are at. */
export class WorkersView {
  constructor() {
    this.content = h('div', {});
    this.element = h('div', { class: 'narrow' }, h('div', { class: 'view-head' }, h('h1', {}, 'Workers')), this.content);
    this.#load();
    this.timer = setInterval(() => { if (!document.hidden) this.#load(); }, refreshMilliseconds);
  }

  close() {
    clearInterval(this.timer);
  }

  async #load() {
    try {
      const { items } = await api('GET', '/api/workers');
      this.content.replaceChildren(items.length > 0
        ? h('ul', { class: 'table', role: 'list' }, ...items.map(row))
        : notice({ symbol: 'server', title: 'No workers yet', text: 'Uploads wait until one is started: vlog runner pull, on this machine or another.' }));
    } catch (error) {
      this.content.replaceChildren(errorNotice(error, { retry: () => this.#load() }));
    }
  }
}

function row(worker) {
  const [name, kind] = kinds[worker.status] ?? [worker.status, 'quiet'];
  const pause = worker.status === 'quarantined' && h('p', {}, ...quarantine(worker));
  const facts = [worker.accelerators.map((accelerator) => accelerators[accelerator] ?? accelerator).join(', '), worker.codecs?.map((codec) => codec.toUpperCase()).join(', '), worker.version && `version ${worker.version}`];
  return h('li', { class: 'table-row' },
    h('div', {}, h('strong', {}, worker.name), ' ', h('span', { class: 'badge', data: { kind } }, name), h('p', {}, facts.filter(Boolean).join(' · ')), pause || null),
    h('span', { class: 'table-fact' }, worker.active_jobs.length > 0 ? `at job ${worker.active_jobs.join(', ')}` : 'idle'),
    h('span', { class: 'table-fact' }, 'seen ', worker.last_seen_at ? timeElement(worker.last_seen_at) : 'never'));
}

/** Why it gets no jobs: what it said of itself, or what it did to too many. */
function quarantine(worker) {
  if (worker.fault) return [`It found that it cannot work: ${worker.fault} It tries again every few minutes.`];
  return ['It failed too often, and gets jobs again ', timeElement(worker.quarantined_until), '.'];
}
