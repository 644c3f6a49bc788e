/*
 * What is measured as a registry grows, and why it grows or does not: `key` in a measurement, its name, its unit, and
 * whether it is drawn.
 */

export const packageMeasures = [
  measure(
    'start',
    'start to first answer',
    'ms',
    'LevelDB is opened, and reads the list of its files and what was written last; of packages nothing is read',
    true,
  ),
  measure('idle', 'idle memory', 'MB', 'nothing is kept of packages that nobody asked for', true),
  measure('publishing', 'publish of a new package', 'ms', 'a row and a head, in one synced batch', true),
  measure(
    'hot',
    'packument, read for the second time',
    'ms',
    'it is rendered once more, and is kept from then on: what is read once takes no room',
    true,
  ),
  measure(
    'cold',
    'packument, read for the first time',
    'ms',
    'its rows lie side by side, and LevelDB finds the first in as many steps as it has levels; a file that is not open is opened',
    true,
  ),
  measure('tagging', 'dist-tag', 'ms', 'a head, in a synced batch', true),
  measure(
    'first',
    'first search',
    'ms',
    'all packages are read into an index, a few milliseconds at a time between other requests; only this search waits for it',
    false,
  ),
  measure(
    'longestTurn',
    'longest turn of the event loop in the first search',
    'ms',
    'the index is made for two milliseconds at a time; what is longer is garbage collected in one go, beside an index that is larger',
    false,
  ),
  measure(
    'searching',
    'search',
    'ms',
    'more packages hold a word: each of them is decided about and ranked, and the best twenty are read',
    true,
  ),
  measure(
    'memory',
    'memory after all of it',
    'MB',
    'the search index, 150 bytes a package, files of the database that are mapped, 64 MB at most, and the caches, which are not full here',
    true,
  ),
  measure(
    'disk',
    'database on disk',
    'MB',
    'the rows, compressed; more than in proportion while LevelDB has not yet compacted what was just written',
    false,
  ),
]

export const versionMeasures = [
  measure(
    'publishing',
    'publish of a version',
    'ms',
    'a row and a head, in one synced batch; alone it does not grow. Here the packument is read after each, and what is left of making megabytes of it is collected meanwhile',
    true,
  ),
  measure(
    'cold',
    'packument after it',
    'ms',
    'the rows beside the new one are rendered and compressed; the document is joined and sent whole',
    true,
  ),
  measure(
    'longestTurn',
    'longest turn of the event loop',
    'ms',
    'while it was published and read; the compressed parts of the document are joined in the event loop',
    true,
  ),
  measure(
    'hot',
    'packument, read again',
    'ms',
    'the document is sent whole, and is that much longer; 3 MB go through the loopback and the client here',
    true,
  ),
  measure(
    'unchanged',
    'packument, 304',
    'ms',
    'the ETag follows from what is prepared; nothing is loaded',
    true,
  ),
  measure('one', 'version document', 'ms', 'one row', true),
  measure('tagging', 'dist-tag', 'ms', 'a head, in a synced batch', true),
  measure('size', 'packument, gzip', 'MB', 'all versions are in it', false),
  measure(
    'memory',
    'memory after all of it',
    'MB',
    'bytes of the document and of its parts, in caches',
    false,
  ),
]

function measure(key, name, unit, why, drawn) {
  return { key, name, unit, why, drawn }
}
