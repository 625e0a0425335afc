/** A credential: gives the value of the `authorization` header. */
export type Auth = () => string | Promise<string>;
