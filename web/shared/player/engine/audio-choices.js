import { languageRank } from '../language.js';
import { isSound } from './codecs.js';

/**
 * The sound of a master playlist that this browser can decode: languages, and the same language in more channels.
 * @returns `[{index, url, name, language, channels, isDefault, isAutomatic, type}]`
 */
export function playableAudio(master, isTypeSupported) {
  const types = new Map();
  for (const { audioGroup, codecs } of master.variants) {
    const sound = codecs.filter(isSound);
    if (audioGroup !== null && sound.length > 0) types.set(audioGroup, `audio/mp4; codecs="${sound.join(',')}"`);
  }
  const choices = master.audio
    .map((rendition) => ({ ...rendition, type: types.get(rendition.group) }))
    .filter(({ url, type }) => url && type && isTypeSupported(type));
  return choices
    .filter((choice, index) => choices.findIndex(({ url }) => url === choice.url) === index)
    .map((choice, index) => ({ ...choice, index }));
}

/**
 * Which sound to begin with: what was chosen before, else a language of the browser, else the playlist's default; of
 * one language the one with the fewest channels, which every loudspeaker can play.
 * @param stored `{language, name, channels}` of an earlier choice, or null. @returns an index; -1 without any sound.
 */
export function preferredAudio(choices, stored, languages = navigator.languages) {
  const automatic = choices.filter(({ isAutomatic }) => isAutomatic);
  const ranked = (automatic.length > 0 ? automatic : choices)
    .map((choice) => ({ choice, rank: rank(choice, stored, languages) }))
    .sort((a, b) => compare(a.rank, b.rank));
  const chosenBefore = choices.find((choice) => stored && isSame(choice, stored));
  return (chosenBefore ?? ranked[0]?.choice)?.index ?? -1;
}

/** What to remember of a choice: enough to find its like in another video. */
export function audioMemory({ language, name, channels }) {
  return { language, name, channels };
}

function isSame(choice, { language, name, channels }) {
  return choice.language === language && choice.name === name && choice.channels === channels;
}

/** Lower is better, the first number that differs decides. */
function rank(choice, stored, languages) {
  return [
    stored ? languageRank(choice.language, [stored.language]) : 0,
    languageRank(choice.language, languages),
    stored ? Math.abs(choice.channels - (stored.channels || 2)) : 0,
    choice.isDefault ? 0 : 1,
    choice.channels,
  ];
}

function compare(a, b) {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index < 0 ? 0 : a[index] < b[index] ? -1 : 1;
}
