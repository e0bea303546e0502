/** Names only: all that the preload bridge needs. */
export const callChannel = 'actbench:call'
export const eventChannel = 'actbench:event'
/** The bridge tells main which file a person dropped; the page cannot send this. */
export const droppedChannel = 'actbench:dropped'
