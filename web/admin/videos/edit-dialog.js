import { h, setText } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';
import { isDraft } from './video-row.js';

/**
 * Edits title, description, category and whether a video is published.
 * @param save takes the changed fields; rejects with an HTTPError, which the dialog shows.
 */
export function openEditDialog({ video, categories, save }) {
  const failure = h('p', { class: 'form-error', role: 'alert' });
  const title = h('input', { class: 'input', id: 'edit-title', required: true, maxlength: '200', value: video.title });
  const description = h('textarea', { class: 'input', id: 'edit-description', maxlength: '10000' }, video.description);
  const category = h('select', { class: 'input', id: 'edit-category' }, h('option', { value: '' }, 'None'),
    ...categories.map(({ id, name }) => h('option', { value: String(id), selected: id === video.category?.id }, name)));
  const published = h('input', { type: 'checkbox', checked: !isDraft(video) });
  const button = h('button', { class: 'button button-primary', type: 'submit', form: 'edit-form' }, 'Save');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(failure, '');
    try {
      await save(changes(video, { title, description, category, published }));
      dialog.close();
    } catch (error) {
      setText(failure, error.message);
      button.disabled = false;
    }
  };
  const form = h('form', { class: 'form', id: 'edit-form', on: { submit } },
    h('div', { class: 'field' }, h('label', { for: 'edit-title' }, 'Title'), title),
    h('div', { class: 'field' }, h('label', { for: 'edit-description' }, 'Description'), description),
    h('div', { class: 'field' }, h('label', { for: 'edit-category' }, 'Category'), category),
    h('label', { class: 'check' }, published, 'Published: everybody can see it once it is ready'),
    failure);
  const cancel = h('button', { class: 'button', type: 'button', on: { click: () => dialog.close() } }, 'Cancel');
  const dialog = openDialog({ title: 'Edit video', content: [form], footer: [cancel, button] });
  title.focus();
}

/** Only what differs is sent, so that two editors do not overwrite each other's other fields. */
function changes(video, { title, description, category, published }) {
  const body = {};
  if (title.value.trim() !== video.title) body.title = title.value.trim();
  if (description.value !== video.description) body.description = description.value;
  if (category.value !== String(video.category?.id ?? '')) body.category_id = category.value ? Number(category.value) : null;
  if (published.checked === isDraft(video)) body.published = published.checked;
  return body;
}
