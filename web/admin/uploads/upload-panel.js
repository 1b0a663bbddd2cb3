import { h } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { UploadRow } from './upload-row.js';
import { accepted, typesForPeople } from './video-types.js';

/** Where files are chosen, and the list of those under way. */
export class UploadPanel {
  #rows = new Map();
  #listener = () => this.#update();

  constructor(queue) {
    this.queue = queue;
    const picker = h('input', { class: 'visually-hidden', type: 'file', multiple: true, accept: accepted, id: 'files', 'aria-describedby': 'upload-rules' });
    picker.addEventListener('change', () => {
      queue.add([...picker.files]);
      picker.value = '';
    });
    this.list = h('ul', { class: 'uploads', role: 'list', 'aria-label': 'Uploads' });
    this.category = h('select', { class: 'input', 'aria-label': 'Category of new uploads', on: { change: () => this.#choose() } });
    this.published = h('input', { type: 'checkbox', checked: queue.options.isPublished, on: { change: () => this.#choose() } });
    this.element = h('section', { class: 'upload-panel', 'aria-label': 'Upload' },
      h('div', { class: 'upload-head' },
        picker,
        h('label', { class: 'button button-primary upload-button', for: 'files' }, icon('upload'), 'Choose videos'),
        h('p', { class: 'upload-rules', id: 'upload-rules' }, h('span', { class: 'only-wide' }, 'or drop them anywhere on this page. '),
          `${typesForPeople}. Several at once are fine.`),
        h('div', { class: 'upload-options' }, h('label', { class: 'check' }, this.published, 'Publish when ready'), this.category)),
      this.list);
    queue.addEventListener('change', this.#listener);
    this.#update();
  }

  close() {
    this.queue.removeEventListener('change', this.#listener);
    for (const row of this.#rows.values()) row.close();
  }

  showCategories(categories) {
    const { categoryID } = this.queue.options;
    this.category.replaceChildren(h('option', { value: '' }, 'No category'), ...categories.map(({ id, name }) => (
      h('option', { value: String(id), selected: String(id) === categoryID }, name))));
    this.category.hidden = categories.length === 0;
  }

  #choose() {
    this.queue.options = { isPublished: this.published.checked, categoryID: this.category.value || null };
  }

  #update() {
    const { uploads } = this.queue;
    for (const [upload, row] of this.#rows) {
      if (uploads.includes(upload)) continue;
      row.close();
      row.element.remove();
      this.#rows.delete(upload);
    }
    for (const upload of uploads) {
      if (this.#rows.has(upload)) continue;
      const row = new UploadRow(upload, this.queue);
      this.#rows.set(upload, row);
      this.list.append(row.element);
    }
    this.list.hidden = uploads.length === 0;
  }
}
