import { h, setText } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { plural } from '../ui/format.js';
import { confirmDialog, openDialog } from '../ui/dialog.js';
import { errorNotice, notice } from '../ui/notice.js';
import { toast } from '../ui/toast.js';
import { api } from '../session.js';

/** The categories: add, rename, describe, delete. */
export class CategoriesView {
  constructor() {
    const add = h('button', { class: 'button button-primary', type: 'button', on: { click: () => this.#edit(null) } }, icon('plus'), 'New category');
    this.content = h('div', {});
    this.element = h('div', { class: 'narrow' }, h('div', { class: 'view-head' }, h('h1', {}, 'Categories'), add), this.content);
    this.#load();
  }

  async #load() {
    try {
      const { items } = await api('GET', '/api/categories');
      if (items.length === 0) {
        this.content.replaceChildren(notice({ symbol: 'tag', title: 'No categories yet', text: 'Visitors use them to find videos of one kind.' }));
        return;
      }
      this.content.replaceChildren(h('ul', { class: 'table', role: 'list' }, ...items.map((category) => this.#row(category))));
    } catch (error) {
      this.content.replaceChildren(errorNotice(error, { retry: () => this.#load() }));
    }
  }

  #row(category) {
    const button = (label, symbol, run) => h('button', { class: 'button button-small', type: 'button', on: { click: run } },
      icon(symbol), h('span', {}, label), h('span', { class: 'visually-hidden' }, `: ${category.name}`));
    return h('li', { class: 'table-row' },
      h('div', {}, h('strong', {}, category.name), category.description && h('p', {}, category.description)),
      h('span', { class: 'table-fact' }, plural(category.video_count, 'video')),
      h('div', { class: 'row-actions' }, button('Edit', 'edit', () => this.#edit(category)), button('Delete', 'trash', () => this.#remove(category))));
  }

  #edit(category) {
    const failure = h('p', { class: 'form-error', role: 'alert' });
    const name = h('input', { class: 'input', id: 'category-name', required: true, maxlength: '100', value: category?.name ?? '' });
    const description = h('textarea', { class: 'input', id: 'category-description', maxlength: '1000' }, category?.description ?? '');
    const submit = async (event) => {
      event.preventDefault();
      const body = { name: name.value.trim(), description: description.value };
      try {
        await (category ? api('PATCH', `/api/categories/${category.id}`, { body }) : api('POST', '/api/categories', { body }));
        dialog.close();
        toast('Saved');
        this.#load();
      } catch (error) {
        setText(failure, error.message);
      }
    };
    const form = h('form', { class: 'form', id: 'category-form', on: { submit } },
      h('div', { class: 'field' }, h('label', { for: 'category-name' }, 'Name'), name),
      h('div', { class: 'field' }, h('label', { for: 'category-description' }, 'Description'), description), failure);
    const dialog = openDialog({
      title: category ? 'Edit category' : 'New category', content: [form],
      footer: [h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, 'Cancel'),
        h('button', { class: 'button button-primary', type: 'submit', form: 'category-form' }, 'Save')],
    });
    name.focus();
  }

  async #remove(category) {
    const count = category.video_count;
    const text = count > 0 ? `Its ${plural(count, 'video')} will stay, without a category.` : 'It has no videos.';
    if (!await confirmDialog({ title: `Delete “${category.name}”?`, text, action: 'Delete' })) return;
    try {
      await api('DELETE', `/api/categories/${category.id}`);
      toast(`“${category.name}” is deleted`);
    } catch (error) {
      toast(error.message, { isError: true });
    }
    this.#load();
  }
}
