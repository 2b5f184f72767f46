// Makes the generated parts of files anew: npm run refresh. With --check it only says which are stale, and fails if any is.
import { blocks, complaint, refresh } from './refresh/blocks.ts';

const check = process.argv.includes('--check');
for (const block of blocks) {
  const was = await refresh(block, !check);
  if (was === 'stale' && check) {
    console.error(complaint(block));
    process.exitCode = 1;
  } else if (was === 'stale') {
    console.log(`${block.file}: the block "${block.name}" is new.`);
  }
}
