#include <firesieve/firesieve.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <vector>

using Firewall = std::unique_ptr<firesieve_firewall, decltype(&firesieve_firewall_free)>;

Firewall build(const std::vector<firesieve_layer> &layers)
{
    firesieve_firewall *firewall = nullptr;
    firesieve_error error;
    if (firesieve_firewall_build(layers.data(), layers.size(), &firewall, &error) != FIRESIEVE_OK)
        throw std::runtime_error(error.message);
    return Firewall(firewall, firesieve_firewall_free);
}

int main()
{
    const Firewall firewall = build({{0, 3}, {1, 2}, {4, 4}, {6, 4}});
    firesieve_delay severity;
    if (firesieve_firewall_severity(firewall.get(), 0, &severity, nullptr) == FIRESIEVE_OK)
        std::cout << "severity " << static_cast<unsigned long>(severity) << '\n';
}
