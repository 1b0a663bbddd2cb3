import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';

/** Files may be dropped anywhere on the page; a veil says so while they hover. */
export class DropZone {
  #depth = 0;
  #veil = h('div', { class: 'drop-veil', hidden: true, 'aria-hidden': 'true' }, icon('upload'), h('strong', {}, 'Drop to upload'));

  constructor(target, onFiles) {
    target.append(this.#veil);
    target.addEventListener('dragenter', (event) => this.#move(event, 1));
    target.addEventListener('dragleave', (event) => this.#move(event, -1));
    target.addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
    target.addEventListener('drop', (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.#show(0);
      onFiles([...event.dataTransfer.files]);
    });
  }

  /** Enter and leave come for every element on the way, so they are counted. */
  #move(event, step) {
    if (hasFiles(event)) this.#show(Math.max(0, this.#depth + step));
  }

  #show(depth) {
    this.#depth = depth;
    this.#veil.hidden = depth === 0;
  }
}

function hasFiles(event) {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
