export { Forgetful as structure } from './broken-mailboxes.mjs';
