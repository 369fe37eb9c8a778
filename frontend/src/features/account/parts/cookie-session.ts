/** Signs in with an HttpOnly cookie: no script ever holds a token. */
export const cookieSession = { session: "cookie" } as const;
