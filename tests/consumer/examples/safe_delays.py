import ctypes, sys

lib = ctypes.CDLL("libfiresieve.so.1")
lib.firesieve_iterator_free.argtypes = lib.firesieve_firewall_free.argtypes = [ctypes.c_void_p]

class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("line", ctypes.c_uint64), ("column", ctypes.c_uint64),
                ("message", ctypes.c_char * 256)]

def call(function, *arguments):
    error = Error()
    if function(*arguments, ctypes.byref(error)) != 0:
        raise ValueError(f"line {error.line}, column {error.column}: {error.message.decode()}")

def safe_delays(text):
    """The safe delays of a firewall, one after the other."""
    firewall, iterator, outcome = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_int()
    memory = ctypes.create_string_buffer(32)  # for a delay: 16 bytes at a multiple of 16
    delay = (ctypes.c_char * 16).from_buffer(memory, -ctypes.addressof(memory) % 16)
    call(lib.firesieve_firewall_parse, text, ctypes.c_size_t(len(text)), ctypes.byref(firewall))
    try:
        call(lib.firesieve_iterator_create, firewall, None, ctypes.byref(iterator))
        while True:
            call(lib.firesieve_iterator_next, iterator, ctypes.byref(outcome), delay)
            if outcome.value != 0:  # FIRESIEVE_FOUND
                return
            yield int.from_bytes(delay.raw, sys.byteorder)
    finally:
        lib.firesieve_iterator_free(iterator)
        lib.firesieve_firewall_free(firewall)

for _, delay in zip(range(3), safe_delays(b"0: 3\n1: 2\n4: 4\n6: 4\n")):
    print(delay)
