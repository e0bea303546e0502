/** Names only: all that the preload bridge needs. */
export const callChannel = 'actbench:call'
export const eventChannel = 'actbench:event'
