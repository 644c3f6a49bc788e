/*
 * What is measured as a registry grows, and why it grows or does not: `key` in a measurement, its name, its unit, and
 * whether it is drawn.
 */

export const packageMeasures = [
  measure('start', 'start to first answer', 'ms', 'LevelDB is opened and nothing is read from it', true),
  measure('idle', 'idle memory', 'MB', 'nothing is loaded before it is asked for', true),
  measure('publishing', 'publish of a new package', 'ms', 'a row and a head, in one synced batch', true),
  measure(
    'hot',
    'packument, read again',
    'ms',
    'a head is looked up, and bytes are sent that are in the cache',
    true,
  ),
  measure(
    'cold',
    'packument, read for the first time',
    'ms',
    "a package's rows lie side by side in the database",
    true,
  ),
  measure('tagging', 'dist-tag', 'ms', 'a head, in a synced batch', true),
  measure(
    'first',
    'first search',
    'ms',
    'all packages are read into an index, in slices; only the first search waits',
    false,
  ),
  measure(
    'longestTurn',
    'longest turn of the event loop in the first search',
    'ms',
    'the index is made for two milliseconds at a time',
    false,
  ),
  measure('searching', 'search', 'ms', 'what is found is ranked: more packages hold a word', true),
  measure(
    'memory',
    'memory after all of it',
    'MB',
    'the search index, some KB a package, and the caches',
    true,
  ),
  measure(
    'disk',
    'database on disk',
    'MB',
    'the rows, compressed; less after LevelDB has compacted them',
    false,
  ),
]

export const versionMeasures = [
  measure('publishing', 'publish of a version', 'ms', 'a row and a head, in one synced batch', true),
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
  measure('hot', 'packument, read again', 'ms', 'the document is sent whole, and is that much longer', true),
  measure('unchanged', 'packument, 304', 'ms', 'a head is looked up; nothing is loaded', true),
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
