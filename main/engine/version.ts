/** Version of the engine as stored with every result; a test keeps it equal to package.json. */
export const engineVersion = '0.1.0'
