import { shortSide } from './adaptation.js';
import { codecFamily, isSound } from './codecs.js';

/**
 * The rungs of a master playlist that this browser can decode, lowest first, with the type of their SourceBuffer.
 * Variants that differ in their sound only are one rung. One family of video codecs is kept, H.264 if it is there;
 * where a buffer can change its codec, taller rungs of other families come on top.
 */
export function playableLevels(master, isTypeSupported, { canChangeType = false } = {}) {
  const candidates = byAddress(master.variants.map(withTypes).filter((level) => level.types.every(isTypeSupported)));
  const families = [...new Set(candidates.map(family))];
  const chosen = families.includes('avc1') ? 'avc1' : families[0];
  const rungs = candidates.filter((level) => family(level) === chosen);
  if (canChangeType) rungs.push(...tallerThan(Math.max(...rungs.map(shortSide)), candidates));
  return rungs
    .sort((a, b) => a.bandwidth - b.bandwidth)
    .map((level, index) => ({ ...level, index, name: level.label ?? `${shortSide(level)}p` }));
}

function withTypes(variant) {
  const sound = variant.codecs.filter(isSound);
  const picture = variant.codecs.filter((codec) => !isSound(codec));
  const isApart = variant.audioGroup !== null && sound.length > 0;
  const videoType = `video/mp4; codecs="${(isApart ? picture : variant.codecs).join(',')}"`;
  return { ...variant, videoType, types: isApart ? [videoType, `audio/mp4; codecs="${sound.join(',')}"`] : [videoType] };
}

/** One of each playlist: the one with the least sound, which is what the picture alone is nearest to. */
function byAddress(levels) {
  const sorted = levels.toSorted((a, b) => a.bandwidth - b.bandwidth);
  return sorted.filter((level, index) => sorted.findIndex(({ url }) => url === level.url) === index);
}

/** Of every height above, the rungs of the first family that has it. */
function tallerThan(height, levels) {
  const taller = levels.filter((level) => shortSide(level) > height);
  const families = new Map(taller.toReversed().map((level) => [shortSide(level), family(level)]));
  return taller.filter((level) => families.get(shortSide(level)) === family(level));
}

function family(level) {
  return codecFamily(level.codecs.find((codec) => !isSound(codec)) ?? '');
}
