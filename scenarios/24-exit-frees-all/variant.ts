export { structure } from '../09-forgotten-retire/variant.ts';
export { contracts, operations } from './process.ts';
