// The same in C++.
#include <firesieve/firesieve.h>

#include <cstring>
#include <iostream>
#include <vector>

int hash_bytes()
{
    return 10;
}

static bool receive(firesieve_delay delay, void *context)
{
    static_cast<std::vector<firesieve_delay> *>(context)->push_back(delay);
    return true;
}

int main()
{
    const std::vector<firesieve_layer> layers = {{0, 3}, {1, 2}, {4, 4}, {6, 4}};
    std::vector<firesieve_delay> delays;
    firesieve_firewall *firewall = nullptr;
    firesieve_search_options options = firesieve_search_defaults();
    firesieve_search_result result = {};
    firesieve_error error = {};
    firesieve_status status = firesieve_firewall_build(layers.data(), layers.size(), &firewall, &error);
    if (status == FIRESIEVE_OK) {
        options.to = 40;
        status = firesieve_list(firewall, &options, receive, &delays, &result, &error);
        firesieve_firewall_free(firewall);
    }
    if (status != FIRESIEVE_OK) {
        std::cerr << error.message << '\n';
        return 1;
    }
    for (const firesieve_delay delay : delays) {
        std::cout << static_cast<unsigned long long>(delay) << '\n';
    }
    std::cout << hash_bytes() << '\n';
    return std::strcmp(firesieve_version(), FIRESIEVE_VERSION) != 0;
}
