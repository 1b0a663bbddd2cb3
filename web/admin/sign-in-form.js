import { h, setText } from './ui/dom.js';
import { roughTime } from './ui/format.js';

/** The form that asks for the password. @param signIn rejects with an HTTPError. */
export function signInForm({ signIn, isRenewal }) {
  const failure = h('p', { class: 'form-error', role: 'alert', id: 'sign-in-error' });
  const password = h('input', {
    class: 'input', id: 'password', type: 'password', autocomplete: 'current-password', required: true, autofocus: true, 'aria-describedby': 'sign-in-error',
  });
  const button = h('button', { class: 'button button-primary', type: 'submit' }, 'Sign in');
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    setText(failure, '');
    try {
      await signIn(password.value);
    } catch (error) {
      setText(failure, sentence(error));
      button.disabled = false;
      password.select();
    }
  };
  return h('form', { class: 'sign-in-form form', on: { submit } },
    h('img', { src: '/static/style/mark.svg', alt: '', width: '48', height: '48' }),
    h('h1', {}, isRenewal ? 'Sign in again' : 'VLog admin'),
    h('p', {}, isRenewal ? 'Your session has ended. Nothing on the page is lost.' : 'Sign in to upload and manage videos.'),
    // Password managers file a password under a name; there is only one.
    h('input', { class: 'visually-hidden', type: 'text', name: 'username', value: 'admin', autocomplete: 'username', tabindex: '-1', 'aria-hidden': 'true', readonly: true }),
    h('div', { class: 'field' }, h('label', { for: 'password' }, 'Password'), password),
    failure, button);
}

function sentence(error) {
  if (error.status !== 429 || !error.retryAfter) return error.message;
  return `${error.message} Try again in ${roughTime(error.retryAfter)}.`;
}
