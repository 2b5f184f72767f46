/**
 * The integer and truth types of the kernel's language, the common subset of TypeScript and AssemblyScript. AssemblyScript has
 * them built in; here they are names for JavaScript's own. An `i32` is always kept in the signed 32-bit range.
 */
declare type i32 = number;
declare type bool = boolean;
