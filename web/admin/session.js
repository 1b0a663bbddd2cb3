import { requestJSON } from './ui/http.js';
import { HTTPError } from './ui/http-error.js';
import { h } from './ui/dom.js';
import { errorNotice } from './ui/notice.js';
import { signInForm } from './sign-in-form.js';

/** Who is at the page, and the token that every change must carry. */
class Session {
  csrfToken = null;
  #renewal = null;
  /** Modal, so that it lies over an open dialog and leaves what is typed there alone. */
  #screen = document.querySelector('#sign-in');
  #app = document.querySelector('#app');

  constructor() {
    // Escape closes any dialog; this one comes back for as long as it is needed.
    this.#screen.addEventListener('close', () => {
      if (this.#screen.hasChildNodes() && !this.#screen.open) this.#screen.showModal();
    });
  }

  /** Resolves once somebody is signed in and the page can be shown. */
  async begin() {
    try {
      await this.#read();
      this.#showApp();
    } catch (error) {
      if (error.status === 401) return this.renew();
      return new Promise((resolve) => {
        const retry = () => resolve(this.begin());
        this.#show(errorNotice(error, { title: 'The server cannot be asked', level: 'h1', retry }));
      });
    }
  }

  /** Asks for the password; callers at the same time wait for the same answer. */
  renew() {
    this.#renewal ??= this.#askForPassword().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  /** Takes over what login and a change of password answer. */
  take(body) {
    this.csrfToken = body?.csrf_token ?? null;
  }

  /** The token is another one when somebody signed in again in a second window. */
  async refresh() {
    await this.#read();
  }

  async end() {
    await api('POST', '/api/auth/logout');
    location.assign('/');
  }

  async #read() {
    this.take(await requestJSON('GET', '/api/auth/session'));
  }

  #askForPassword() {
    return new Promise((resolve) => {
      this.#show(signInForm({ isRenewal: this.csrfToken !== null, signIn: async (password) => {
        this.take(await requestJSON('POST', '/api/auth/login', { body: { password } }));
        this.#showApp();
        resolve();
      } }));
    });
  }

  #show(content) {
    this.#screen.replaceChildren(h(this.#app.hidden ? 'main' : 'div', {}, content));
    this.#screen.close();
    this.#screen.showModal();
  }

  #showApp() {
    this.#screen.replaceChildren();
    this.#app.hidden = false;
    this.#screen.close();
  }
}

export const session = new Session();

/**
 * Asks the Admin API. When the session has ended, the password is asked for and the request is made again.
 * @throws {HTTPError}
 */
export async function api(method, path, options = {}) {
  return withSession(() => requestJSON(method, path, { ...options, headers: { 'X-CSRF-Token': session.csrfToken ?? '' } }));
}

/** Runs work that talks to the API, and once more after a session that had ended was renewed. */
export async function withSession(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HTTPError)) throw error;
    if (error.status === 401) await session.renew();
    else if (error.status === 403 && error.code === 'csrf') await session.refresh();
    else throw error;
    return work();
  }
}
