import { h, setText } from '../ui/dom.js';
import { icon } from '../ui/icons.js';
import { toast } from '../ui/toast.js';
import { api, session } from '../session.js';

/** Changing the password and signing out. */
export class AccountView {
  constructor() {
    this.failure = h('p', { class: 'form-error', role: 'alert' });
    this.current = passwordField('current-password', 'current-password');
    this.next = passwordField('new-password', 'new-password');
    this.again = passwordField('new-password-again', 'new-password');
    const form = h('form', { class: 'form panel', on: { submit: (event) => this.#change(event) } },
      h('h2', {}, 'Change the password'),
      h('div', { class: 'field' }, h('label', { for: 'current-password' }, 'Current password'), this.current),
      h('div', { class: 'field' }, h('label', { for: 'new-password' }, 'New password'), this.next),
      h('div', { class: 'field' }, h('label', { for: 'new-password-again' }, 'New password again'), this.again),
      this.failure,
      h('div', {}, h('button', { class: 'button button-primary', type: 'submit' }, 'Change password')),
      h('small', {}, 'Every other session is signed out.'));
    const leave = h('button', { class: 'button', type: 'button', on: { click: () => this.#leave() } }, icon('logout'), 'Sign out');
    this.element = h('div', { class: 'narrow' }, h('div', { class: 'view-head' }, h('h1', {}, 'Account'), leave), form);
  }

  async #change(event) {
    event.preventDefault();
    setText(this.failure, '');
    if (this.next.value !== this.again.value) {
      setText(this.failure, 'The two new passwords are not the same.');
      this.again.focus();
      return;
    }
    try {
      session.take(await api('POST', '/api/auth/password', { body: { current: this.current.value, new: this.next.value } }));
      event.target.reset();
      toast('The password is changed');
    } catch (error) {
      setText(this.failure, error.message);
    }
  }

  async #leave() {
    try {
      await session.end();
    } catch (error) {
      toast(error.message, { isError: true });
    }
  }
}

function passwordField(id, autocomplete) {
  return h('input', { class: 'input', id, type: 'password', autocomplete, required: true });
}
