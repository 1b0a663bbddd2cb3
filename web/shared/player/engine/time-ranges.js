/** Holes up to this many seconds are played over by the browser. */
export const smallestHole = 0.1;
/** A range that starts so little behind the playhead counts as under it. */
const startTolerance = 0.25;
/** At the very start more is forgiven: B-frames and encoder delay push the first frame back. */
const firstFrameTolerance = 2;

/** A TimeRanges as `[[start, end], …]`. */
export function rangesOf(timeRanges) {
  return Array.from({ length: timeRanges.length }, (_, index) => [timeRanges.start(index), timeRanges.end(index)]);
}

/**
 * How far one can play from `time` on: the end of what is joined to it; null when nothing is there.
 * @param isBridged says whether a hole between two times is one that we know and will jump.
 */
export function endOfPlayable(ranges, time, isBridged = () => false) {
  let end = null;
  for (const [start, stop] of ranges) {
    if (end === null) {
      const tolerance = time < 0.05 ? firstFrameTolerance : startTolerance;
      if ((start - tolerance <= time || isBridged(time, start)) && time <= stop + smallestHole) end = stop;
    } else if (start - end <= smallestHole || isBridged(end, start)) {
      end = stop;
    } else {
      break;
    }
  }
  return end;
}

/** The first range that begins after `time`; null when there is none. */
export function rangeAfter(ranges, time) {
  return ranges.find(([start]) => start > time) ?? null;
}

export function isWithin(ranges, time) {
  return ranges.some(([start, end]) => start <= time && time < end);
}
