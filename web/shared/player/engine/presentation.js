import { playableAudio } from './audio-choices.js';
import { canChangeType } from './buffer-queue.js';
import { playableLevels } from './levels.js';
import { MediaSourceSession } from './media-source-session.js';
import { parseMaster } from './playlist.js';
import { Rendition } from './rendition.js';

/** What a master playlist offers that this browser can play, and the playlists behind it. */
export class Presentation {
  /** Renditions, in the order of `levels`, `sounds` and `subtitles`. */
  picture;
  sound;
  captions;

  /**
   * @param renewal asked for another address when this one is refused.
   * @throws {FetchError} when there is no playlist, Error when nothing in it can be played.
   */
  static async load(url, { fetcher, signal, renewal }) {
    try {
      const master = parseMaster(await fetcher.text(url, { signal, attempts: 6 }), url);
      return new Presentation(master, { fetcher, signal, renewal });
    } catch (error) {
      if (error.code !== 'forbidden' || !renewal.mayAsk) throw error;
      return Presentation.load(await renewal.ask(), { fetcher, signal, renewal });
    }
  }

  constructor(master, { fetcher, signal, renewal }) {
    const isSupported = (type) => MediaSourceSession.kind.isTypeSupported(type);
    this.means = { fetcher, signal, renewal };
    this.levels = playableLevels(master, isSupported, { canChangeType: canChangeType() });
    if (this.levels.length === 0) throw new Error('this browser cannot decode any of the qualities of this video');
    const isApart = this.levels.some(({ types }) => types.length > 1);
    this.sounds = isApart ? playableAudio(master, isSupported) : [];
    this.subtitles = master.subtitles.filter(({ url }, index, all) => url && all.findIndex((other) => other.url === url) === index);
    const rendition = ({ url, index, type }) => new Rendition({ url, index, type, fetcher });
    this.picture = this.levels.map(({ videoType, ...level }) => rendition({ ...level, type: videoType }));
    this.sound = this.sounds.map(rendition);
    this.captions = this.subtitles.map(rendition);
  }

  /** Puts new addresses in place of those that ran out. */
  async renew() {
    const fresh = await Presentation.load(await this.means.renewal.ask(), this.means);
    const [old, now] = [this, fresh].map(({ picture, sound, captions }) => [...picture, ...sound, ...captions]);
    if (old.length !== now.length) throw new Error('the video has changed');
    await Promise.all(old.map((rendition, index) => rendition.moveTo(now[index].url, this.means.signal)));
  }
}
