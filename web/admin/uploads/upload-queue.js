import { Upload } from './upload.js';

const atOnce = 2;

/** The files on their way. Dispatches `change` when the list changed, `done` with a video that has arrived. */
export class UploadQueue extends EventTarget {
  uploads = [];
  /** What new uploads get: `{isPublished, categoryID}`. */
  options = { isPublished: true, categoryID: null };

  add(files) {
    for (const file of files) {
      const upload = new Upload(file, { ...this.options });
      this.uploads.push(upload);
    }
    this.#tell();
    this.#fill();
  }

  cancel(upload) {
    upload.cancel();
    this.#fill();
  }

  retry(upload) {
    upload.retry();
    this.#fill();
  }

  remove(upload) {
    this.uploads = this.uploads.filter((other) => other !== upload);
    this.#tell();
  }

  get hasUnsentBytes() {
    return this.uploads.some(({ state }) => state === 'waiting' || state === 'sending');
  }

  #fill() {
    const free = atOnce - this.uploads.filter((upload) => upload.isUnderWay).length;
    for (const upload of this.uploads.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free))) {
      upload.run().then(() => this.#ended(upload));
    }
  }

  #ended(upload) {
    if (upload.state === 'done') this.dispatchEvent(new CustomEvent('done', { detail: upload.video }));
    this.#fill();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}
