import { parseVTT } from './captions/vtt.js';
import { Fetcher } from './engine/fetcher.js';

const place = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;
const largest = 640;

/**
 * Small pictures along the video: a WebVTT file whose cues name a part of a sheet, `sheet.jpg#xywh=160,0,160,90`. It is
 * loaded when first wanted; without it, or with nonsense in it, there are no pictures.
 */
export class Thumbnails {
  #cues = null;
  #loading = null;

  constructor(url) {
    this.url = url;
  }

  /** Resolves when pictures can be asked for; never rejects. */
  load() {
    this.#loading ??= this.#read().catch(() => []).then((cues) => { this.#cues = cues; });
    return this.#loading;
  }

  /** `{url, x, y, width, height}` for a time; null when there is none, or not yet. */
  at(time) {
    return this.#cues?.findLast(({ start }) => start <= time)?.picture ?? null;
  }

  async #read() {
    const fetcher = new Fetcher();
    try {
      const { cues } = parseVTT(await fetcher.text(this.url, { attempts: 2 }));
      return cues.map(({ start, text }) => ({ start, picture: this.#picture(text.trim()) })).filter(({ picture }) => picture);
    } finally {
      fetcher.close();
    }
  }

  /** Sheets lie beside the file or below, nowhere else. */
  #picture(text) {
    const [, name, ...numbers] = place.exec(text) ?? [];
    if (name === undefined) return null;
    const [x, y, width, height] = numbers.map(Number);
    const isUsable = URL.canParse(name, this.url) && Math.min(width, height) > 0 && Math.max(width, height) <= largest;
    const url = isUsable ? new URL(name, this.url).href : '';
    return url.startsWith(new URL('.', this.url).href) ? { url, x, y, width, height } : null;
  }
}
